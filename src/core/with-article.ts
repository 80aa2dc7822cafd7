/** Letters whose names begin with a vowel: an F, an L, an S, but a U. */
const SPOKEN_WITH_VOWEL = /^[AEFHILMNORSX]/;
/** Spoken as a word, though all of it is capitals. */
const WORDS = /^(AND|CELU|ELU|GELU|GRU|MAX|NAS|NOT|RELU|SELU|SILU|SUM|VGG)\d*$/i;
/** As in “unit” and “one”. */
const SPOKEN_WITH_CONSONANT = /^(uni(?!n|m)|u[nt]et|use|eu|one|once)/i;

/** The name of a class, as it stands in a sentence: “an LSTM”, “a ReLU”, “an RReLU”. */
export function withArticle(name: string): string {
  const letters = name.replace(/^[^A-Za-z]+/, '');
  // Of capitals before a word, such as RReLU's, all but the word's own are spelled out.
  const [, capitals = '', rest = ''] = /^([A-Z]+)(.*)$/.exec(letters) ?? [];
  const spelled = /^[a-z]/.test(rest) ? capitals.slice(0, -1) : capitals;
  const isSpelled = spelled !== '' && !WORDS.test(letters) && letters.length > 1;
  const hasVowel = isSpelled ? SPOKEN_WITH_VOWEL.test(spelled) : /^[aeiou]/i.test(letters) && !SPOKEN_WITH_CONSONANT.test(letters);
  return `${hasVowel ? 'an' : 'a'} ${name}`;
}
