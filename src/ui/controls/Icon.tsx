/** Line drawings on a grid of 16 by 16, in the colour of the text around them. */
const PATHS = {
  undo: 'M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7',
  redo: 'm10 3 3.5 3.5L10 10M13 6.5H6.5a4 4 0 0 0 0 8H9',
  light: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  system: 'M8 2a6 6 0 1 0 0 12V2ZM8 2a6 6 0 0 1 0 12',
  minus: 'M3 8h10',
  plus: 'M3 8h10M8 3v10',
  bare: 'M2 3h12v10H2zM2 13 14 3',
  full: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  close: 'm4 4 8 8M12 4l-8 8',
  up: 'm4 10 4-4 4 4',
  down: 'm4 6 4 4 4-4',
  'image-down':
    'M14 7V4a1.5 1.5 0 0 0-1.5-1.5h-9A1.5 1.5 0 0 0 2 4v8a1.5 1.5 0 0 0 1.5 1.5H7.5M2 10.5l3-3 3 3M10.5 5.5h.01M12 8.5v6M9.5 12l2.5 2.5 2.5-2.5',
  braces:
    'M6 2.5H5A1.5 1.5 0 0 0 3.5 4v2.5L2 8l1.5 1.5V12A1.5 1.5 0 0 0 5 13.5h1M10 2.5h1A1.5 1.5 0 0 1 12.5 4v2.5L14 8l-1.5 1.5V12a1.5 1.5 0 0 1-1.5 1.5h-1',
  more: 'M3.5 7.5v1M8 7.5v1M12.5 7.5v1',
  export: 'M8 10V2M5 4.5l3-3 3 3M3 9.5v3A1.5 1.5 0 0 0 4.5 14h7a1.5 1.5 0 0 0 1.5-1.5v-3',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words, or in a button that has a label: it says nothing by itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={16} height={16} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
