/** Stands in the place of what could not be drawn. */
export function FailedPart({ failure }: { failure: string }) {
  return (
    <section className="failed-part">
      <p role="alert">{`This part of the page failed and cannot be shown (${failure}). The rest goes on; please reload the page to try again.`}</p>
    </section>
  );
}
