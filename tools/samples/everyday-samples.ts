/** The samples of the everyday model: images that anybody may use, each with a box drawn by hand around what it shows. */
import type { SampleDescription } from '../../src/platform/samples.ts';

const CLIP_ART = 'https://openclipart.org';

export const EVERYDAY_SAMPLES: readonly SampleDescription[] = [
  {
    name: 'astronaut.jpg',
    label: 'person',
    caption: 'Eileen Collins, who commanded two space shuttles.',
    credit: { text: 'NASA, public domain', url: 'https://flic.kr/p/r9qvLn' },
    box: { left: 12, top: 14, width: 340, height: 466 },
  },
  {
    name: 'beagle.jpg',
    label: 'dog',
    caption: 'Copper the beagle, a drawing: the network has learnt from drawings as well as from photographs.',
    credit: { text: 'Gerald G., Open Clip Art Library, public domain', url: CLIP_ART },
    box: { left: 72, top: 38, width: 336, height: 324 },
  },
  {
    name: 'house.jpg',
    label: 'house',
    caption: 'An abandoned home in the Dust Bowl, about 1935 to 1940. A part of the photograph.',
    credit: {
      text: 'Dorothea Lange, Getty Open Content, CC0',
      url: 'https://www.getty.edu/art/collection/objects/128362/dorothea-lange-abandoned-dust-bowl-home-american-about-1935-1940/',
    },
    box: { left: 90, top: 80, width: 364, height: 202 },
  },
  {
    name: 'airplane.jpg',
    label: 'airplane',
    caption: 'An airplane seen from above, taken between 1914 and 1929.',
    credit: {
      text: 'Fedele Azari, Getty Open Content, CC0',
      url: 'https://www.getty.edu/art/collection/objects/134512/fedele-azari-airplane-viewed-from-above-looking-down-italian-1914-1929/',
    },
    box: { left: 88, top: 48, width: 362, height: 282 },
  },
  {
    name: 'guitar.jpg',
    label: 'guitar',
    caption: 'An acoustic guitar, drawn.',
    credit: { text: 'Jarno Vasamaa, Open Clip Art Library, public domain', url: CLIP_ART },
    box: { left: 120, top: 18, width: 160, height: 364 },
  },
  {
    name: 'photographer.jpg',
    label: 'person',
    caption: 'A man with a camera. A part of the photograph.',
    credit: { text: 'Lav Varshney, CC0', url: 'https://github.com/scikit-image/scikit-image/pull/4913' },
    box: { left: 0, top: 34, width: 316, height: 446 },
  },
  {
    name: 'nagasaki.jpg',
    label: 'house',
    caption: 'Houses at the river in Nagasaki, about 1865. A part of the photograph.',
    credit: {
      text: 'Felice Beato, Getty Open Content, CC0',
      url: 'https://www.getty.edu/art/collection/objects/241797/felice-beato-boats-in-river-nagasaki-british-about-1865/',
    },
    box: { left: 0, top: 54, width: 480, height: 176 },
  },
  {
    name: 'horse.jpg',
    label: 'horse',
    caption: 'A running horse, drawn.',
    credit: { text: 'Francesco Rollandin, Open Clip Art Library, public domain', url: CLIP_ART },
    box: { left: 62, top: 48, width: 356, height: 304 },
  },
  {
    name: 'admiral.jpg',
    label: 'person',
    caption: 'Grace Hopper, who wrote the first compiler.',
    credit: {
      text: 'James S. Davis, United States Navy, public domain',
      url: 'https://commons.wikimedia.org/wiki/File:Commodore_Grace_M._Hopper,_USN_(covered).jpg',
    },
    box: { left: 14, top: 14, width: 396, height: 466 },
  },
  {
    name: 'claudet.jpg',
    label: 'person',
    caption: 'Antoine Claudet, who made daguerreotypes in London from 1841 on.',
    credit: { text: 'Unknown maker, public domain by age', url: 'https://commons.wikimedia.org/wiki/File:AntoineClaudet.png' },
    box: { left: 12, top: 28, width: 178, height: 216 },
  },
];
