import type { ReactNode } from 'react';

export interface MenuProps {
  /** The button's name. */
  readonly label: string;
  readonly className?: string;
  readonly face: ReactNode;
  /** Drawn anew each time that the menu opens. */
  readonly children: () => ReactNode;
}
