import 'react';

declare module 'react' {
  // Custom properties are how numbers reach the style sheets.
  interface CSSProperties {
    readonly [variable: `--${string}`]: string | number | undefined;
  }
}
