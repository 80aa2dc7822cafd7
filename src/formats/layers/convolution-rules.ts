/** Convolutions that can be run here. */
import type { Json } from '../network/artifacts.ts';
import { asItIs } from './activation-rules.ts';
import { commonConfig, numbersIn, type Rule, Unsupported } from './layer-rule.ts';

function isCount(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

const convolution: Rule = (subject) => {
  if (numbersIn(subject.config.dilation_rate).some((rate) => rate < 1))
    throw new Unsupported('is dilated by less than one; please save the model again');
  return asItIs(subject);
};

/** Keras writes the number of groups of every convolution, and gives it a meaning in this one alone. */
export const groupedConvolution: Rule = (subject) => {
  const { groups, filters } = subject.config;
  if (groups !== undefined && groups !== null && (!isCount(groups) || Number(filters) % groups !== 0))
    throw new Unsupported(
      `has ${String(filters)} filters in ${String(groups)} groups, which does not come out even; please save the model again`,
    );
  return convolution(subject);
};

export const ungroupedConvolution: Rule = (subject) => {
  const { groups = 1, ...config } = subject.config;
  if (groups !== 1 && groups !== null) {
    throw new Unsupported(
      `is in ${String(groups)} groups, which Keras itself cannot run for a ${subject.kind}; please save the model again`,
    );
  }
  return convolution({ ...subject, config });
};

/** The channels of grouped convolutions mixed: the first of every group, then the second of every group, and so on. */
export const interleavedGroups: Rule = ({ kind, config }) => {
  if (!isCount(config.groups ?? null))
    throw new Unsupported(`mixes channels of ${String(config.groups)} groups, which cannot be right; please save the model again`);
  return [{ kind, config: { ...commonConfig(config), groups: config.groups ?? null } }];
};

/** More than any network adds on a side. */
const MAX_PADDING = 8192;

/** `[[top, bottom], [left, right], [first channels, last channels]]`, of one value or of the image's own. */
export const padding: Rule = ({ kind, config }) => {
  const { mode, value = 0 } = config;
  const ends = numbersIn(config.padding);
  const isPadded = ends.length === 6 && ends.every((cells) => Number.isInteger(cells) && cells >= 0 && cells <= MAX_PADDING);
  const isKnown = ['constant', 'edge', 'reflect'].some((one) => one === mode) && typeof value === 'number' && Number.isFinite(value);
  if (!isPadded || !isKnown) throw new Unsupported('does not say what is added on which side; please save the model again');
  return [{ kind, config: { ...config, value } }];
};
