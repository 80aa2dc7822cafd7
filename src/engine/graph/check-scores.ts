/** Scores that can be explained, and classes that there are. */
import { AppError } from '../../core/app-error.ts';
import { classCount } from '../../core/models/output-reading.ts';
import type { ClassScore } from '../../explain/target.ts';

/** @throws AppError `model-unsupported` for scores that are no numbers */
export function checkLogits(logits: Float32Array): void {
  if (logits.every(Number.isFinite)) return;
  throw new AppError(
    'model-unsupported',
    'The network gave scores that are no numbers for this image; please check the model’s weights and preprocessing.',
  );
}

/** @throws AppError `class-unknown` */
export function checkClasses({ classIndex, versus, reading }: ClassScore, units: number): void {
  const count = classCount(units, reading);
  for (const index of [classIndex, ...(versus === null ? [] : [versus].flat())]) {
    if (!(index >= 0 && index < count))
      throw new AppError('class-unknown', `The model has no class number ${index}; please choose one of its ${count} classes.`);
  }
}
