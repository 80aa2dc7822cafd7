/** Keras' own rule for the names of layers and of their groups in files: `DepthwiseConv2D` becomes `depthwise_conv2d`. */
export function snakeCase(kind: string): string {
  return kind
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
