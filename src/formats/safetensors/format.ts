/** safetensors: weights without a network, which is known by their names. */
import type { FileRole } from '../../core/models/file-role.ts';
import { type Format, starts } from '../format.ts';

const SAFETENSORS: FileRole = { use: 'model', id: 'safetensors' };

const BRACE = 0x7b;

export const safetensors: Format = {
  title: 'the .safetensors of a known architecture',
  hint: 'the .safetensors of a known architecture, with torchvision’s or timm’s names',
  atUrl: ['.safetensors'],
  rows: [
    {
      what: '`.safetensors`',
      fromWhere:
        "weights with torchvision's or timm's names, of any depth, width and head: DenseNet, ResNet, ResNeXt, Wide ResNet, VGG, AlexNet, SqueezeNet, GoogLeNet, Inception v3, MobileNet V2 and V3, MNASNet, EfficientNet and EfficientNet V2, RegNet X and Y, ShuffleNet V2, ConvNeXt; what else is in the file is left out, and said so, unless it could be a layer",
      whatIsRead: 'the architecture, the classes and the head follow from the weights',
    },
    {
      what: '`hf:owner/name`, `config.json`',
      fromWhere:
        'the Hugging Face hub, by name: networks of timm and transformers, such as `hf:timm/densenet169.tv_in1k`; or their files, given by hand',
      whatIsRead: 'the same, and how its images are prepared, and what its classes are called',
    },
  ],
  kinds: [
    {
      id: 'safetensors',
      role: SAFETENSORS,
      // The length of a header, then the header itself, which is JSON.
      isSigned: ({ bytes }) => bytes[8] === BRACE && starts(bytes, [0, 0], 6),
      endings: ['safetensors'],
    },
  ],
  begins: ['safetensors'],
  reader: async () => (await import('./reader.ts')).safetensorsReader,
};
