import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, NavLink, useNavigate } from 'react-router';
import { call, rememberCsrf } from './api/client';
import { useHere } from './api/hooks';
import { clockTime, shortDay } from './format/time';
import { initials, words } from './format/words';
import { Bell } from './ui/bell';
import { Icon } from './ui/icon';
import { Avatar, Button, Menu } from './ui/parts';
import { useClockRate, useFleetNow } from './ui/time';

const PLACES = [
  { to: '', word: 'Home', icon: 'home' },
  { to: '/sequences', word: 'Sequences', icon: 'sequence' },
  { to: '/contacts', word: 'Contacts', icon: 'people' },
  { to: '/enrollments', word: 'Enrollments', icon: 'enrollments' },
  { to: '/operations', word: 'Operations', icon: 'pulse' },
  { to: '/settings', word: 'Settings', icon: 'settings' },
];

export function Shell({ children }: { children: ReactNode }) {
  const { path } = useHere();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <div className="rail">
        <Link className="rail-brand" to={path('')}>
          <img src="/mark.svg" alt="" />
          <span>Omnify</span>
        </Link>
        <nav aria-label="Places">
          {PLACES.map(({ to, word, icon }) => (
            <NavLink key={to} className="rail-link" to={path(to)} end={to === ''} title={word}>
              <Icon name={icon} size={18} />
              <span>{word}</span>
            </NavLink>
          ))}
        </nav>
        <div className="rail-foot">
          <Link className="rail-link" to="/docs" title="API">
            <Icon name="code" size={18} />
            <span>API</span>
          </Link>
          <ClientSwitch side="up" />
        </div>
      </div>
      <div className="column">
        <TopBar />
        <main id="main" className="page" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

function ClientSwitch({ side }: { side?: 'up' }) {
  const { client, session } = useHere();
  const navigate = useNavigate();
  return (
    <Menu
      label="Clients"
      side={side}
      trigger={(props) => (
        <button type="button" className="client-switch" title={client.name} {...props}>
          <Avatar name={client.name} square />
          <span className="client-switch-text">
            <span className="strong clip" style={{ display: 'block' }}>
              {client.name}
            </span>
            <span className="faint small clip" style={{ display: 'block' }}>
              {words(client.industry)}
            </span>
          </span>
          <Icon name="chevrons" />
        </button>
      )}
    >
      {(close) =>
        session.clients.map((one) => (
          <button
            key={one.id}
            type="button"
            role="menuitemradio"
            aria-checked={one.id === client.id}
            className="menu-item"
            onClick={() => {
              close();
              void navigate(`/c/${one.id}`);
            }}
          >
            <Avatar name={one.name} square />
            <span>
              <span style={{ display: 'block' }}>{one.name}</span>
              <span className="faint small">{words(one.industry)}</span>
            </span>
          </button>
        ))
      }
    </Menu>
  );
}

function TopBar() {
  const { session, client, path } = useHere();
  return (
    <header className="topbar">
      <Link className="phone-client" to={path('')}>
        <img src="/mark.svg" alt="" />
        <span className="clip">{client.name}</span>
      </Link>
      <Search />
      <div className="topbar-end">
        {session.demo && <Environment />}
        <LiveLight />
        <Bell />
        <ThemeButton />
        <UserMenu />
      </div>
    </header>
  );
}

function Search() {
  const { path } = useHere();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      const typing = at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
      if (event.key === '/' && !typing && !event.metaKey && !event.ctrlKey) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <form
      role="search"
      className="topbar-search"
      onSubmit={(event) => {
        event.preventDefault();
        const q = input.current?.value.trim() ?? '';
        void navigate(path(`/contacts${q ? `?q=${encodeURIComponent(q)}` : ''}`));
      }}
    >
      <Icon name="search" />
      <input ref={input} type="search" placeholder="Find a contact" aria-label="Find a contact" />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

/** A demonstration looks like one: simulated providers, and a clock that may run fast. */
function Environment() {
  const { path } = useHere();
  const now = useFleetNow();
  const rate = useClockRate();
  return (
    <span className="environment num">
      <Link to={path('/operations')} title="Simulated providers: nobody is really written to. Open the switches.">
        Demo
        {rate !== 1 && ` · ×${rate.toLocaleString('en-US')}`}
        {rate !== 1 && (
          <span className="environment-time">
            {' '}
            · {shortDay(now)} {clockTime(now)}
          </span>
        )}
      </Link>
    </span>
  );
}

function LiveLight() {
  const { live } = useHere();
  const word = live === 'live' ? 'Live' : live === 'polling' ? 'Polling' : 'Offline';
  const title =
    live === 'live'
      ? 'Changes appear as they happen'
      : live === 'polling'
        ? 'No live line: lists are asked for again every few seconds'
        : 'No network';
  return (
    <span className="live" data-state={live} title={title} role="status">
      <i aria-hidden="true" />
      {word}
    </span>
  );
}

type Theme = 'system' | 'light' | 'dark';

function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(() => (document.documentElement.dataset.theme as Theme) ?? 'system');
  const choose = (next: Theme) => {
    setTheme(next);
    try {
      if (next === 'system') {
        delete document.documentElement.dataset.theme;
        localStorage.removeItem('omnify.theme');
      } else {
        document.documentElement.dataset.theme = next;
        localStorage.setItem('omnify.theme', next);
      }
    } catch {
      // storage may be closed: it holds for this page then
    }
  };
  const icon = theme === 'light' ? 'sun' : theme === 'dark' ? 'moon' : 'screen';
  return (
    <Menu
      label="Theme"
      trigger={(props) => <Button kind="quiet" icon={icon} aria-label={`Theme: ${theme}`} {...props} />}
    >
      {(close) =>
        (['system', 'light', 'dark'] as const).map((one) => (
          <button
            key={one}
            type="button"
            role="menuitemradio"
            aria-checked={one === theme}
            className="menu-item"
            onClick={() => {
              choose(one);
              close();
            }}
          >
            <Icon name={one === 'light' ? 'sun' : one === 'dark' ? 'moon' : 'screen'} />
            {one === 'system' ? 'As the system' : one === 'light' ? 'Light' : 'Dark'}
          </button>
        ))
      }
    </Menu>
  );
}

function UserMenu() {
  const { session, client } = useHere();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <Menu
      label="Account"
      trigger={(props) => (
        <button type="button" className="button" data-kind="quiet" data-icon aria-label={`${initials(session.user.name)}: your account`} {...props}>
          <Avatar name={session.user.name} />
        </button>
      )}
    >
      {() => (
        <>
          <div className="menu-item" role="presentation" style={{ cursor: 'default', background: 'none' }}>
            <span>
              <span className="strong" style={{ display: 'block' }}>
                {session.user.name}
              </span>
              <span className="small muted">
                {session.user.email} · {client.role}
              </span>
            </span>
          </div>
          <ClientsOnPhone />
          <button
            type="button"
            role="menuitem"
            className="menu-item"
            onClick={() => {
              void call('DELETE', '/api/v1/session').finally(() => {
                rememberCsrf(null);
                queries.clear();
                void navigate('/sign-in');
              });
            }}
          >
            <Icon name="leave" />
            Sign out
          </button>
        </>
      )}
    </Menu>
  );
}

/** On a phone the rail's foot is not there: the clients are in the account's menu. */
function ClientsOnPhone() {
  const { session, client } = useHere();
  const navigate = useNavigate();
  return (
    <div className="phone-only">
      {session.clients.map((one) => (
        <button
          key={one.id}
          type="button"
          role="menuitemradio"
          aria-checked={one.id === client.id}
          className="menu-item"
          onClick={() => void navigate(`/c/${one.id}`)}
        >
          <Avatar name={one.name} square />
          {one.name}
        </button>
      ))}
    </div>
  );
}
