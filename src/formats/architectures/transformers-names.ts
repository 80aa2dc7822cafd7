/** Names of weights as Hugging Face's transformers, and ConvNeXt's own authors, write them, in those of torchvision and timm. */

type Rule = readonly [pattern: RegExp, replacement: string | ((...found: string[]) => string)];

const RESNET: readonly Rule[] = [
  [/^(?:resnet\.)?embedder\.embedder\.convolution\./, 'conv1.'],
  [/^(?:resnet\.)?embedder\.embedder\.normalization\./, 'bn1.'],
  [/^(?:resnet\.)?encoder\.stages\.(\d+)\.layers\./, (_all, stage) => `layer${Number(stage) + 1}.`],
  [/^(layer\d+\.\d+)\.layer\.(\d+)\.convolution\./, (_all, block, i) => `${block}.conv${Number(i) + 1}.`],
  [/^(layer\d+\.\d+)\.layer\.(\d+)\.normalization\./, (_all, block, i) => `${block}.bn${Number(i) + 1}.`],
  [/^(layer\d+\.\d+)\.shortcut\.convolution\./, '$1.downsample.0.'],
  [/^(layer\d+\.\d+)\.shortcut\.normalization\./, '$1.downsample.1.'],
];

const CONVNEXT: readonly Rule[] = [
  [/^convnextv2\./, 'convnext.'],
  [/^(?:convnext\.)?embeddings\.patch_embeddings\./, 'stem.0.'],
  [/^(?:convnext\.)?embeddings\.layernorm\./, 'stem.1.'],
  [/^(?:convnext\.)?encoder\.(stages\.\d+)\.downsampling_layer\./, '$1.downsample.'],
  [/^(?:convnext\.)?encoder\.(stages\.\d+)\.layers\.(\d+)\./, '$1.blocks.$2.'],
  [/^(stages\.\d+)\.(\d+)\./, '$1.blocks.$2.'],
  [/^(stages\.\d+\.blocks\.\d+)\.dwconv\./, '$1.conv_dw.'],
  [/^(stages\.\d+\.blocks\.\d+)\.layernorm\./, '$1.norm.'],
  [/^(stages\.\d+\.blocks\.\d+)\.pwconv([12])\./, '$1.mlp.fc$2.'],
  [/^(stages\.\d+\.blocks\.\d+)\.grn\./, '$1.mlp.grn.'],
  [/^(stages\.\d+\.blocks\.\d+)\.layer_scale_parameter$/, '$1.gamma'],
  [/^convnext\.layernorm\./, 'head.norm.'],
  [/^downsample_layers\.0\./, 'stem.'],
  [/^downsample_layers\.(\d+)\./, 'stages.$1.downsample.'],
  [/^norm\./, 'head.norm.'],
];

function renamed(name: string, rules: readonly Rule[]): string {
  // TypeScript tells the two forms of `replace` apart.
  return rules.reduce((text, [pattern, to]) => (typeof to === 'string' ? text.replace(pattern, to) : text.replace(pattern, to)), name);
}

/** As `resnet.encoder.stages.0.layers.0.layer.0.convolution.weight`; other names stay. */
export function resNetName(name: string): string {
  return renamed(name, RESNET);
}

/** As `convnext.encoder.stages.0.layers.0.dwconv.weight`, or `stages.0.0.dwconv.weight`; other names stay. */
export function convNextName(name: string): string {
  return renamed(name, CONVNEXT);
}
