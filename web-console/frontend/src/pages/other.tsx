import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams, useRouteError } from 'react-router';
import { Api, Problem } from '../api/client';
import type { Client, Session } from '../api/types';
import { Button, Empty, ErrorNotice, Field, LinkButton, useTitle } from '../ui/parts';

export function NotFound({ what, home }: { what: string; home?: string }) {
  useTitle('Not found');
  const { clientId } = useParams();
  return (
    <Empty
      icon="question"
      title={`There is no such ${what}`}
      actions={
        <LinkButton to={home ?? `/c/${clientId}`} icon="home">
          To the start
        </LinkButton>
      }
    >
      It may have been removed, or it belongs to another client.
    </Empty>
  );
}

/** A fault of the page itself. */
export function Broken() {
  const error = useRouteError();
  useTitle('Something broke');
  return (
    <main className="page">
      <ErrorNotice
        error={error instanceof Error ? new Error(`This page broke: ${error.message}`) : error}
        retry={() => window.location.reload()}
      />
    </main>
  );
}

const ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'Europe/London',
  'Europe/Berlin',
  'UTC',
];

/** The very first minute: nobody to write for yet. */
export function NoClients({ session, onCreated }: { session: Session; onCreated: () => void }) {
  useTitle('Welcome');
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [industry, setIndustry] = useState('');
  const [zone, setZone] = useState(
    () => ZONES.find((one) => one === Intl.DateTimeFormat().resolvedOptions().timeZone) ?? 'America/New_York',
  );
  const [error, setError] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  if (!session.user.platform_admin) {
    return (
      <main className="page">
        <Empty icon="people" title="You do not work for a client yet">
          Ask an administrator to add {session.user.email} to one.
        </Empty>
      </main>
    );
  }
  return (
    <main className="gate">
      <div className="gate-card card">
        <div className="gate-brand">
          <img src="/mark.svg" alt="" />
          <h1>Your first client</h1>
        </div>
        <form
          className="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setBusy(true);
            setError(null);
            new Api(null)
              .create<Client>('/clients', { name, industry, time_zone: zone })
              .then(async () => {
                await queries.invalidateQueries({ queryKey: ['session'] });
                onCreated();
              })
              .catch((cause: unknown) => setError(cause instanceof Problem ? cause : null))
              .finally(() => setBusy(false));
          }}
        >
          {error && error.faults.length === 0 && <ErrorNotice error={error} />}
          <Field label="Name of the business" error={error?.of('name')}>
            {(props) => (
              <input {...props} className="input" value={name} onChange={(e) => setName(e.target.value)} autoFocus />
            )}
          </Field>
          <Field label="Industry" hint="For example plumbing, dental, roofing" error={error?.of('industry')}>
            {(props) => (
              <input {...props} className="input" value={industry} onChange={(e) => setIndustry(e.target.value)} />
            )}
          </Field>
          <Field label="Time zone" error={error?.of('time_zone')}>
            {(props) => (
              <select {...props} className="select" value={zone} onChange={(e) => setZone(e.target.value)}>
                {ZONES.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
          <Button kind="primary" type="submit" busy={busy}>
            Create
          </Button>
        </form>
      </div>
    </main>
  );
}

