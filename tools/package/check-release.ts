/** Keeps a package from being published by accident: whoever means it names the version. */
import packageJson from '../../package.json' with { type: 'json' };

if (process.env.RELEASE !== packageJson.version) {
  console.error(`Nothing is published unless RELEASE names the version, as in: RELEASE=${packageJson.version} npm publish`);
  process.exitCode = 1;
}
