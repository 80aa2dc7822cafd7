/** Errors of libraries inside the sentences that are shown to a person. */

/** Libraries put whole configurations into their errors. */
const MAX_LENGTH = 160;

/** What the error says, as it stands in brackets within a sentence: its own first sentence, and not too much of it. */
export function faultOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [sentence = ''] = text
    .replaceAll('undefined', 'nothing')
    .trim()
    .split(/\.*\s*\n|\.+(?:\s|$)/);
  return sentence.length > MAX_LENGTH ? `${sentence.slice(0, MAX_LENGTH)}…` : sentence;
}
