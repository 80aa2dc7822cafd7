/** PyTorch's own files are pickles, which are programs: they are never read. */
import { plainRole } from '../../core/models/file-role.ts';
import { type Format, isZip } from '../format.ts';

const REFUSED = plainRole('refused');

export const torch: Format = {
  kinds: [
    {
      id: 'torch-archive',
      role: REFUSED,
      // A zip archive with a pickle inside; the name of the first member ends in `data.pkl`.
      isSigned: ({ bytes, text }) => isZip(bytes) && /(data\.pkl|\.format_version|byteorder)/.test(text),
      refusal: 'is a PyTorch checkpoint, which can run code when it is read; please save its state_dict as .safetensors',
    },
    {
      id: 'pickle',
      role: REFUSED,
      isLike: ({ bytes }) => bytes[0] === 0x80 && (bytes[1] ?? 0) <= 5,
      refusal: 'is a pickle, which can run code when it is read; please save the weights as .safetensors',
    },
  ],
};
