import type { NoticesSlice } from './app-state.ts';
import type { AppStore } from './slice.ts';

export function createNoticesSlice(store: AppStore): NoticesSlice {
  let nextId = 1;
  return {
    notices: [],
    notify(kind, text, action = null) {
      // The same sentence twice in a row helps nobody.
      const others = store.getState().notices.filter((notice) => notice.text !== text);
      store.setState({ notices: [...others, { id: nextId++, kind, text, action }] });
    },
    dismiss(id) {
      store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
    },
  };
}
