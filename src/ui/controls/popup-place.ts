/** Where menus and popovers are put: in a landmark of their own, over everything else. */
export const POPUP_PLACE = 'popups';

/** An element that fills the screen hides all that is outside of it: there they are put into that. */
export function popupPlace(): Element | null {
  const full = document.fullscreenElement;
  return full === null || full === document.documentElement ? document.getElementById(POPUP_PLACE) : full;
}
