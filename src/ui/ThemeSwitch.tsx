import type { Theme } from '../state/view/view-state.ts';
import { Icon } from './controls/Icon.tsx';
import { useApp } from './store-context.tsx';

const THEMES: readonly { readonly value: Theme; readonly title: string }[] = [
  { value: 'system', title: 'As the system' },
  { value: 'light', title: 'Light' },
  { value: 'dark', title: 'Dark' },
];

/** Light, dark, or as the system has it. */
export function ThemeSwitch() {
  const theme = useApp(({ view }) => view.theme);
  const setTheme = useApp((state) => state.setTheme);
  return (
    <fieldset className="theme-switch choice-options">
      <legend className="visually-hidden">Theme</legend>
      {THEMES.map(({ value, title }) => (
        <label key={value} className="choice-option" title={title}>
          <input type="radio" name="theme" className="label-edge" checked={value === theme} onChange={() => setTheme(value)} />
          <span>
            <Icon name={value} />
            <span className="visually-hidden">{title}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
