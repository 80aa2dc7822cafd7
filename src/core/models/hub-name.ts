/** Names of models on the Hugging Face hub, as they stand in the page's URL: `hf:timm/densenet169.tv_in1k@revision`. */

export interface HubName {
  /** `owner/name` */
  readonly repository: string;
  /** A branch, a tag or a commit; null: the newest. */
  readonly revision: string | null;
}

const PREFIX = 'hf:';

/** Of the hub's own names: letters, digits, dots, dashes and underscores, and no two dots, which would lead elsewhere in a URL. */
const PART = '(?!\\.)(?![\\w.-]*\\.\\.)[\\w.-]{1,96}';
const NAME = new RegExp(`^(${PART}/${PART})(?:@([\\w./-]{1,100}))?$`);
const PAGE = new RegExp(
  `^https://(?:huggingface\\.co|hf\\.co)/(${PART}/${PART})(?:/(?:tree|blob|resolve)/([\\w.-]{1,100})(?:/.*)?)?/?(?:[?#].*)?$`,
);

/** Null for what is no such name. A revision with a slash in it can only be a reference such as `refs/pr/1`. */
function nameOf(repository: string | undefined, revision: string | undefined): HubName | null {
  const isSound = repository !== undefined && !revision?.includes('..') && !/^\/|\/$|\/\//.test(revision ?? '');
  return isSound ? { repository, revision: revision ?? null } : null;
}

/** What begins with `hf:`; null where that is no name. */
export function parseHubName(text: string): HubName | null {
  if (!text.startsWith(PREFIX)) return null;
  const [, repository, revision] = NAME.exec(text.slice(PREFIX.length)) ?? [];
  return nameOf(repository, revision);
}

/** The same, and the URL of a model's page on the hub. */
export function asHubName(text: string): HubName | null {
  const [, repository, revision] = PAGE.exec(text) ?? [];
  return parseHubName(text) ?? nameOf(repository, revision);
}

export function formatHubName({ repository, revision }: HubName): string {
  return `${PREFIX}${repository}${revision === null ? '' : `@${revision}`}`;
}

/** Whether the revision is a commit: another name could be about other files tomorrow. */
export function isPinned({ revision }: HubName): boolean {
  return revision !== null && /^[0-9a-f]{40}$/.test(revision);
}
