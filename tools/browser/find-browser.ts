/**
 * Finds a Chrome or Chromium: an explicit path, Playwright's own, or the system's. With `install`, tries to get Playwright's when there is
 * none.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from '@playwright/test';

/**
 * Nothing here opens a window: the headless shell is the same engine without the browser around it, whose own pages (toolbar, address
 * bar) cost a third of the time that a new window takes.
 */
const PATH_NAMES = ['chromium-headless-shell', 'google-chrome', 'google-chrome-stable', 'chrome', 'chromium', 'chromium-browser'];
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

export const NO_BROWSER =
  'No Chrome or Chromium was found; please install one (on Debian: apt-get install chromium) or name it in BROWSER_PATH.';

/** What the search looks at; tests put their own in its place. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly playwrightPath: string;
  exists(path: string): boolean;
  /** Downloads Playwright's own browser; may throw. */
  install(): void;
}

const REAL: Surroundings = {
  environment: process.env,
  playwrightPath: chromium.executablePath(),
  exists: existsSync,
  install: () => execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit', timeout: 180_000 }),
};

/** @throws Error with one sentence when a browser was named that is not there. */
export function findBrowser({ environment, playwrightPath, exists }: Surroundings = REAL): string | null {
  const named = environment.BROWSER_PATH;
  if (named) {
    if (!exists(named)) throw new Error(`BROWSER_PATH names ${named}, which does not exist; please correct or unset it.`);
    return named;
  }
  const inPath = (environment.PATH ?? '').split(delimiter).flatMap((folder) => PATH_NAMES.map((name) => join(folder, name)));
  return [playwrightPath, ...inPath, ...USUAL_PLACES].find(exists) ?? null;
}

/** The same, but installs a browser where there is none. @throws Error with one sentence that says what to install. */
export function findOrInstallBrowser(surroundings: Surroundings = REAL): string {
  const found = findBrowser(surroundings);
  if (found) return found;
  try {
    surroundings.install();
  } catch (cause) {
    throw new Error(NO_BROWSER, { cause });
  }
  const installed = findBrowser(surroundings);
  if (!installed) throw new Error(NO_BROWSER);
  return installed;
}

/** The folder of the browser's real program: system packages often put a shell script in the PATH. */
function programFolders(browser: string): string[] {
  const folders = [dirname(browser), dirname(realpathSync(browser))];
  const isScript = readFileSync(browser).subarray(0, 2).toString() === '#!';
  if (isScript) folders.push('/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome');
  return folders;
}

/**
 * The environment in which Dawn finds a Vulkan driver: the software one that comes with every Chrome and Chromium. Null where there is
 * none; a driver that is named already is left alone.
 */
export function softwareVulkan(): Record<string, string> | null {
  if (process.env.VK_DRIVER_FILES) return {};
  const browser = findBrowser();
  if (!browser || process.platform !== 'linux') return null;
  const folder = programFolders(browser).find((candidate) => existsSync(join(candidate, 'vk_swiftshader_icd.json')));
  if (!folder) return null;
  const libraries = [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':');
  return { VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: libraries };
}
