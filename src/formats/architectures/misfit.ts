/** What is said where weights are not those of the family that they were taken for. */
import { AppError } from '../../core/app-error.ts';

/** The weights are not those of a network of the family that they were taken for. */
export class Misfit extends AppError {
  constructor(message: string) {
    super('model-unsupported', message);
  }
}

/** How to give a network that the file holds, but not in a way that says what it computes. */
export const GIVE_IT = 'please give it as an ONNX, Keras or TensorFlow.js model';

/** How to give a network whose architecture is not known here. */
export const GIVE_WHOLE = 'please give the whole network, as an ONNX, Keras or TensorFlow.js model';

/** For a network whose modules the file says, where no layer has cells. */
export function withoutConvolution(fileName: string): AppError {
  return new AppError(
    'model-unsupported',
    `The file ${fileName} holds a whole network without a convolution, so that no layer of it has cells to explain; please give a convolutional one.`,
  );
}
