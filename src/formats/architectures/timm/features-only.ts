/** timm's `features_only` networks end in maps: their `Sequential`s are flattened, so that `features.conv0` becomes `features_conv0`. */

/** The name with its dot again. @param part what may stand after it, as a pattern */
export function flattened(name: string, sequence: string, part: string): string {
  return name.replace(new RegExp(`(^|\\.)${sequence}_(?=${part})`), `$1${sequence}.`);
}
