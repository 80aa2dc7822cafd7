import { mapMethod } from '../map-method.ts';

export const eigenGradCam = mapMethod(
  {
    id: 'eigen-grad-cam',
    title: 'EigenGradCAM',
    slug: 'eigen-grad-cam',
    group: 'gradient',
    purpose: 'The main pattern in what speaks for and against the class.',
    summary:
      'Projects every cell’s gradients times activations on the direction in which they differ most; which end is positive is chosen: the one further from zero.',
    source: 'Gildenblat et al., pytorch-grad-cam, 2021, after Muhammad & Yeasin, Eigen-CAM, IJCNN 2020',
    unit: (score) => `projected gradient times activation (${score})`,
  },
  true,
);
