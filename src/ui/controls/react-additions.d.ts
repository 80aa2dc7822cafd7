import 'react';

declare module 'react' {
  // Every browser knows it, and no standard does.
  interface InputHTMLAttributes<T> {
    readonly webkitdirectory?: string | undefined;
  }

  // Custom properties are how numbers reach the style sheets.
  interface CSSProperties {
    readonly [variable: `--${string}`]: string | number | undefined;
  }
}
