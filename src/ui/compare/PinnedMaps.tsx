import { Popover } from 'radix-ui';
import type { ComparableMap } from '../../state/compare/compare-selectors.ts';
import { popupPlace } from '../controls/popup-place.ts';
import { useApp } from '../store-context.tsx';

/** The maps that were kept aside, of other layers, classes and models of the same image. */
export function PinnedMaps({ maps }: { maps: readonly ComparableMap[] }) {
  const pins = useApp(({ compare }) => compare.pins);
  const unpinMap = useApp((state) => state.unpinMap);
  const kept = maps.filter(({ id }) => pins.some((pin) => pin.id === id));
  return (
    <Popover.Root>
      <Popover.Trigger className="small-button">Pinned ({kept.length})</Popover.Trigger>
      <Popover.Portal container={popupPlace()}>
        <Popover.Content className="popover" sideOffset={4} collisionPadding={8} aria-label="Pinned maps">
          {kept.length === 0 && (
            <p>None yet: the pin in a figure’s menu keeps its map, to be compared with other layers, classes and models.</p>
          )}
          <ul className="pin-list" aria-label="Maps kept to compare">
            {kept.map(({ id, title }) => (
              <li key={id}>
                <span>{title}</span>
                <button type="button" className="small-button" aria-label={`Unpin ${title}`} onClick={() => unpinMap(id)}>
                  Unpin
                </button>
              </li>
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
