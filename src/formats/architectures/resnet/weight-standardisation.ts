/** Qiao et al., *Weight standardization* (2019): every filter has a mean of 0 and a std of 1, whatever was learnt. */
import type { NamedTensor } from '../../network/named-tensor.ts';

/** Laid out when it is asked for, so that no network is held twice over. @param tensor `[out, in, rows, columns]` */
export function standardised(tensor: NamedTensor, epsilon: number): NamedTensor {
  return {
    ...tensor,
    get values() {
      const { values } = tensor;
      const result = new Float32Array(values.length);
      const size = values.length / Math.max(1, tensor.shape[0] ?? 1);
      for (let from = 0; from < values.length; from += size) {
        const filter = values.subarray(from, from + size);
        const mean = filter.reduce((sum, value) => sum + value, 0) / size;
        const variance = filter.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
        for (const [i, value] of filter.entries()) result[from + i] = (value - mean) / Math.sqrt(variance + epsilon);
      }
      return result;
    },
  };
}
