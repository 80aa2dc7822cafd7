import type { Notice, NoticesSlice } from './app-state.ts';
import type { AppStore } from './slice.ts';

function ignoredWords(ignored: readonly string[]): string {
  const last = ignored.at(-1) ?? '';
  if (ignored.length === 1) return `The URL asks for ${last}, which is not available here, so it was ignored.`;
  return `The URL asks for ${ignored.slice(0, -1).join(', ')} and ${last}, which are not available here, so they were ignored.`;
}

export function createNoticesSlice(store: AppStore): NoticesSlice {
  let nextId = 1;
  /** Of the actions in progress; one that begins meanwhile joins in. */
  let group = 0;
  let inProgress = 0;
  const add = (others: readonly Notice[], notice: Omit<Notice, 'id'>) =>
    store.setState({ notices: [...others, { id: nextId++, ...notice }] });
  return {
    notices: [],
    notify(kind, text, action = null) {
      // The same sentence twice in a row helps nobody.
      const others = store.getState().notices.filter((notice) => notice.text !== text);
      add(others, { kind, text, action, ignored: null, group: kind === 'error' && inProgress > 0 ? group : null });
    },
    notifyIgnored(what) {
      const { notices } = store.getState();
      const former = notices.find(({ ignored }) => ignored !== null);
      const ignored = [...new Set([...(former?.ignored ?? []), what])];
      const others = notices.filter((notice) => notice !== former);
      add(others, { kind: 'info', text: ignoredWords(ignored), action: null, ignored, group: null });
    },
    async sayTogether(action) {
      if (inProgress === 0) group++;
      inProgress++;
      try {
        await action();
      } finally {
        inProgress--;
      }
    },
    dismiss(...ids) {
      store.setState(({ notices }) => ({ notices: notices.filter(({ id }) => !ids.includes(id)) }));
    },
  };
}
