import { lazyPart } from '../controls/lazy-part.tsx';
import { Menu } from '../controls/menu/Menu.tsx';
import type { ImageMenuProps } from './ImageItems.tsx';

const ImageItems = lazyPart(async () => (await import('./ImageItems.tsx')).ImageItems);

/** What is done to the strip: everything that has a key, and what is done to many images at once. */
export function ImageMenu(props: ImageMenuProps) {
  return (
    <Menu label="Image list menu" className="icon-button" face={<span aria-hidden="true">⋯</span>}>
      {() => <ImageItems {...props} />}
    </Menu>
  );
}
