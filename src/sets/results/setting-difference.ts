/** In which setting two runs differ, by the option that says it. */
import type { RunSettings } from './run-record.ts';

type Way = (settings: RunSettings) => unknown;

/** Where each option's answer stands in a record. */
const ANSWERS = {
  layer: ({ layer }) => layer,
  methods: ({ methods }) => methods,
  class: ({ classIndex }) => classIndex,
  target: ({ score }) => score,
  versus: ({ versus }) => versus,
  window: ({ ablation }) => ablation.window,
  stride: ({ ablation }) => ablation.stride,
  value: ({ ablation }) => ablation.value,
  channels: ({ ablation }) => ablation.channelValue,
  patch: ({ ablation }) => ablation.occlusion.patch,
  'patch-stride': ({ ablation }) => ablation.occlusion.stride,
  'patch-value': ({ ablation }) => ablation.occlusion.value,
  masks: ({ ablation }) => ablation.rise.count,
  seed: ({ ablation }) => ablation.rise.seed,
  steps: ({ measure }) => measure.steps,
  replacement: ({ measure }) => measure.replacement,
  sensitivity: ({ measure }) => measure.sensitivity?.of,
  samples: ({ measure }) => measure.sensitivity?.samples,
  radius: ({ measure }) => measure.sensitivity?.radiusPercent,
  preprocessing: ({ preprocessing: { channels, scale, mean, std } }) => ({ channels, scale, mean, std }),
  fit: ({ preprocessing }) => preprocessing.fit,
  resampling: ({ preprocessing }) => preprocessing.resampling ?? 'bilinear',
  input: ({ input }) => `${input.height}x${input.width}`,
  output: ({ output }) => output,
  reading: ({ reading }) => reading,
  choice: ({ choices }) =>
    Object.entries(choices)
      .map((pair) => pair.join('='))
      .sort(),
  stretch: ({ isStretched }) => isStretched,
  colormap: ({ display }) => display.colormap,
  sign: ({ display }) => display.sign,
  opacity: ({ display }) => display.opacity,
  contrast: ({ display }) => display.contrast,
  cells: ({ display }) => display.cells,
  content: ({ display }) => display.content,
  files: ({ files }) => files,
  backend: ({ backend }) => backend,
} as const satisfies Readonly<Record<string, Way>>;

/** Numbers of classes are best said by their names; null is whichever suits the image. */
function inWords(value: unknown, classNames: readonly string[], option: string): string {
  if (value === null || value === undefined) return option === 'class' ? 'the best one' : 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && (option === 'class' || option === 'versus')) return classNames[value] || String(value);
  if (Array.isArray(value)) return value.join() || 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** @returns null where all settings are the same */
export function settingDifference(a: RunSettings, b: RunSettings, classNames: readonly string[]): string | null {
  for (const [option, answerOf] of Object.entries<Way>(ANSWERS)) {
    const [one, other] = [answerOf(a), answerOf(b)];
    if (JSON.stringify(one ?? null) === JSON.stringify(other ?? null)) continue;
    return `--${option} is ${inWords(one, classNames, option)} in the one and ${inWords(other, classNames, option)} in the other`;
  }
  return null;
}
