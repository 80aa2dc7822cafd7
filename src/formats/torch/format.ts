/** PyTorch's own files. They are pickles, which are programs in Python: here they are read as data, and nothing in them is run. */
import { type FileRole, plainRole } from '../../core/models/file-role.ts';
import { type Format, starts } from '../format.ts';
import { isLegacyTorch, isTorchArchive } from './signature.ts';

const TORCH: FileRole = { use: 'model', id: 'torch' };

const PROTOCOL = 0x80;
const NEWEST_PROTOCOL = 5;

export const torch: Format = {
  title: 'a PyTorch checkpoint (.pth, .pt, .ckpt)',
  hint: 'a PyTorch checkpoint (.pth, .pt, .ckpt, .bin) of a known architecture',
  atUrl: ['.pth', '.pt', '.ckpt'],
  rows: [
    {
      what: '`.pth`, `.pt`, `.ckpt`, `.bin`',
      fromWhere:
        'PyTorch, `torch.save` of any version: a `state_dict`, alone or with the state of the training, a whole module, or TorchScript; also `pickle.dump`',
      whatIsRead:
        'the weights, and the class names where the file has them; the architecture follows from the weights; nothing in it is run',
    },
  ],
  kinds: [
    // A zip archive with a pickle inside.
    {
      id: 'torch-archive',
      role: TORCH,
      isReadByRanges: true,
      isSigned: ({ bytes }) => isTorchArchive(bytes),
    },
    { id: 'torch-legacy', role: TORCH, isReadByRanges: true, isSigned: ({ bytes }) => isLegacyTorch(bytes) },
    {
      id: 'torch-tar',
      role: plainRole('refused'),
      isSigned: ({ bytes, text }) => starts(bytes, 'ustar', 257) && /^(\.\/)?(sys_info|pickle|storages|tensors)\0/.test(text),
      refusal:
        'is a PyTorch checkpoint in the form of before 2017, a tar archive; please load it in Python and save it again with torch.save',
    },
    {
      id: 'pickle',
      role: TORCH,
      isReadByRanges: true,
      endings: ['pth', 'pt', 'ckpt', 'pkl', 'pickle'],
      isLike: ({ bytes }) => bytes[0] === PROTOCOL && (bytes[1] ?? 0) <= NEWEST_PROTOCOL,
    },
  ],
  archive: {
    role: TORCH,
    ending: 'pth',
    isOne: ({ members }) => members.some(({ name }) => /(^|\/)data\.pkl$/.test(name)),
  },
  begins: ['torch'],
  reader: async () => (await import('./reader.ts')).torchReader,
};
