/** All that is left where the page itself could not be drawn. */
export function FailedPage({ failure }: { failure: string }) {
  return (
    <main className="failed-page">
      <h1>FastAblationCAM</h1>
      <p role="alert">{`The page failed and cannot go on (${failure}). Please reload it: what it keeps in this browser is still there.`}</p>
      <button type="button" onClick={() => location.reload()}>
        Reload
      </button>
    </main>
  );
}
