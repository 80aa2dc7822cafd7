/** Zip archives of any origin: they are unpacked before anything is read. */
import { type Format, isZip } from '../format.ts';

export const archive: Format = {
  hint: 'a zip archive with one of these in it, such as Teachable Machine’s',
  rows: [
    {
      what: '`.zip`',
      fromWhere: "any archive with one model in it; Teachable Machine's `converted_keras.zip` and `tm-my-image-model.zip`",
      whatIsRead: 'the same, and the class names',
    },
  ],
  kinds: [
    {
      id: 'zip',
      role: { use: 'model', id: 'archive', partners: ['architecture'], isContainer: true },
      isSigned: ({ bytes }) => isZip(bytes),
    },
  ],
};
