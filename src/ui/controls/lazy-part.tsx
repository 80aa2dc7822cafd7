import { type ComponentType, lazy, useEffect, useState } from 'react';
import { useApp } from '../store-context.tsx';

interface Closable {
  readonly onClose?: () => void;
}

/** Where a part cannot be had, that is said, and the rest of the page stays: an error in React would take all of it away. */
function Missing({ onClose }: Closable) {
  const notify = useApp((state) => state.notify);
  // Once, however often its parent is drawn meanwhile.
  const [close] = useState(() => onClose);
  useEffect(() => {
    notify('error', 'This part of the page could not be loaded; please check the network connection, and try again.');
    close?.();
  }, [notify, close]);
  return null;
}

/**
 * A part of the page that comes when it is first needed. Where it did not come, the next time that it is drawn anew asks for it again.
 *
 * @param Instead what stands in its place where it cannot be had, beside the message
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Instead?: ComponentType<Props>,
): ComponentType<Props> {
  function Unloaded(props: Props & Closable) {
    // Not before it is on screen: what React draws until then it draws anew, and would ask for ever.
    useEffect(() => {
      Latest = ask();
    }, []);
    return (
      <>
        <Missing {...props} />
        {Instead && <Instead {...props} />}
      </>
    );
  }
  const ask = () => lazy(async () => ({ default: await load().catch(() => Unloaded) }));
  let Latest: ComponentType<Props> = ask();
  return function Part(props: Props) {
    const [Own] = useState(() => Latest);
    return <Own {...props} />;
  };
}
