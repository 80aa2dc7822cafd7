import { useEffect } from 'react';
import { useApp } from '../store-context.tsx';

/**
 * Nothing but the stage on the screen. It is the page as a whole that fills the screen, so that menus and notices are still seen; where a browser has no
 * full screen, the stage fills its window.
 */
export function useFullScreen(): void {
  const isFull = useApp(({ stage }) => stage.isFull);
  const setStage = useApp((state) => state.setStage);
  useEffect(() => {
    const page = document.documentElement;
    page.toggleAttribute('data-stage-full', isFull);
    if (isFull && !document.fullscreenElement) page.requestFullscreen?.().catch(() => undefined);
    if (!isFull && document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
  }, [isFull]);
  useEffect(() => {
    const onChange = () => document.fullscreenElement === null && setStage({ isFull: false });
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, [setStage]);
}
