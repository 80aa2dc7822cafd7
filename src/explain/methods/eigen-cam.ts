import { mapMethod } from './map-method.ts';

export const eigenCam = mapMethod(
  {
    id: 'eigen-cam',
    title: 'Eigen-CAM',
    slug: 'eigen-cam',
    group: 'no-class',
    purpose: 'What stands out in the layer, whatever the class.',
    summary:
      'Projects every cell’s activations on the direction in which they differ most; it knows no class, and which end is positive is chosen: the one further from zero.',
    source: 'Muhammad & Yeasin, Eigen-CAM, IJCNN 2020, section III',
    unit: () => 'projected activation',
  },
  true,
);
