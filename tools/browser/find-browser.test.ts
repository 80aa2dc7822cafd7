import { describe, expect, it } from 'vitest';
import { findBrowser, findOrInstallBrowser, NO_BROWSER, type Surroundings } from './find-browser.ts';

function surroundings(present: string[], change: Partial<Surroundings> = {}): Surroundings {
  return {
    environment: { PATH: '/usr/local/bin:/usr/bin' },
    playwrightPath: '/cache/playwright/chrome',
    exists: (path) => present.includes(path),
    install: () => {},
    ...change,
  };
}

describe('findBrowser', () => {
  it('takes the one that is named before all others', () => {
    const environment = { PATH: '/usr/bin', BROWSER_PATH: '/opt/mine' };
    expect(findBrowser(surroundings(['/opt/mine', '/cache/playwright/chrome'], { environment }))).toBe('/opt/mine');
  });

  it('says so when the one that is named does not exist', () => {
    expect(() => findBrowser(surroundings([], { environment: { BROWSER_PATH: '/opt/mine' } }))).toThrow('/opt/mine');
  });

  it('takes Playwright’s own before the system’s', () => {
    expect(findBrowser(surroundings(['/usr/bin/chromium', '/cache/playwright/chrome']))).toBe('/cache/playwright/chrome');
    expect(findBrowser(surroundings(['/usr/bin/chromium']))).toBe('/usr/bin/chromium');
  });

  it('takes the headless shell before the browser with windows', () => {
    expect(findBrowser(surroundings(['/usr/bin/chromium', '/usr/bin/chromium-headless-shell']))).toBe('/usr/bin/chromium-headless-shell');
  });

  it('finds nothing where there is nothing', () => {
    expect(findBrowser(surroundings([]))).toBeNull();
  });
});

describe('findOrInstallBrowser', () => {
  it('installs one where there is none', () => {
    const present: string[] = [];
    const install = () => void present.push('/cache/playwright/chrome');
    expect(findOrInstallBrowser(surroundings(present, { install, exists: (path) => present.includes(path) }))).toBe(
      '/cache/playwright/chrome',
    );
  });

  it('says in one sentence what to install when that fails', () => {
    const install = () => {
      throw new Error('no network');
    };
    expect(() => findOrInstallBrowser(surroundings([], { install }))).toThrow(NO_BROWSER);
  });
});
