import { asAppError } from '../../core/app-error.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { EngineConnection } from '../models/engine-connection.ts';
import type { AppStore } from '../slice.ts';
import type { HubSlice } from './hub-state.ts';

export function createHubSlice(
  { getState, setState }: AppStore,
  dependencies: Pick<AppDependencies, 'hub'>,
  connection: Pick<EngineConnection, 'searchHub'>,
): HubSlice {
  let searching: AbortController | null = null;

  function changeSearch(change: Partial<HubSlice['hub']['search']>): void {
    const { hub } = getState();
    setState({ hub: { ...hub, search: { ...hub.search, ...change } } });
  }

  return {
    hub: { host: new URL(dependencies.hub).host, search: { isRunning: false, results: null, error: '' }, opening: null },

    async searchHub(query) {
      // Of several searches the last one counts.
      searching?.abort();
      const own = new AbortController();
      searching = own;
      changeSearch({ isRunning: true, error: '' });
      try {
        const results = await connection.searchHub(query, own.signal);
        if (searching === own) changeSearch({ isRunning: false, results });
      } catch (error) {
        if (searching === own) changeSearch({ isRunning: false, results: null, error: asAppError(error).message });
      }
    },
  };
}
