/** Where menus and popovers are put: in a landmark of their own, over everything else. */
export const POPUP_PLACE = 'popups';

export function popupPlace(): HTMLElement | null {
  return document.getElementById(POPUP_PLACE);
}
