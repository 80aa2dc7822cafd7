/** A `ref`: what appears has the focus. One function, so that it has it once, however often it is drawn. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}

/** Buttons that are gone once they are pressed leave whoever was at one of them at the tab. */
export function focusTab(element: HTMLElement): void {
  const tab = element.closest('[role="tabpanel"]')?.getAttribute('aria-labelledby');
  if (tab) document.getElementById(tab)?.focus();
}
