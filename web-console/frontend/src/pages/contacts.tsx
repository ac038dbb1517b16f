import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Problem } from '../api/client';
import { rows, useHere, useList } from '../api/hooks';
import type { Contact } from '../api/types';
import { count, personName, phoneWords, words } from '../format/words';
import { Icon } from '../ui/icon';
import {
  Avatar,
  Button,
  Card,
  Dialog,
  Empty,
  ErrorNotice,
  Field,
  LinkButton,
  Loaded,
  MoreButton,
  Notice,
  PageHead,
  useTitle,
  useToast,
} from '../ui/parts';
import { When } from '../ui/time';

export function Contacts() {
  useTitle('Contacts');
  const { path } = useHere();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const q = params.get('q') ?? '';
  const tag = params.get('tag') ?? '';
  const imported = params.get('import') ?? '';
  const list = useList<Contact>('/contacts', { q, tag, import_id: imported, limit: 50 });
  const people = rows(list.data);
  const adding = params.get('new') === '1';
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) {
          next.set(name, value);
        } else {
          next.delete(name);
        }
        return next;
      },
      { replace: name === 'q' },
    );
  return (
    <>
      <PageHead
        title="Contacts"
        actions={
          <>
            <LinkButton icon="up" to={path('/imports')}>
              Import
            </LinkButton>
            <Button kind="primary" icon="plus" onClick={() => set('new', '1')}>
              Add contact
            </Button>
          </>
        }
      >
        <p>Everyone you may write to, with what was said.</p>
      </PageHead>
      <div className="toolbar">
        <div className="search">
          <Icon name="search" />
          <input
            key={params.has('q') ? 'set' : 'unset'}
            className="input"
            type="search"
            placeholder="Name, company, phone or e-mail"
            aria-label="Search contacts"
            defaultValue={q}
            onChange={(event) => set('q', event.target.value.trim())}
          />
        </div>
        {tag && (
          <button type="button" className="chip" aria-pressed="true" onClick={() => set('tag', '')}>
            Tag {tag}
            <Icon name="cross" size={12} />
            <span className="visually-hidden">Remove this filter</span>
          </button>
        )}
        {imported && (
          <button type="button" className="chip" aria-pressed="true" onClick={() => set('import', '')}>
            Of one import
            <Icon name="cross" size={12} />
            <span className="visually-hidden">Remove this filter</span>
          </button>
        )}
      </div>
      <Card flush>
        <Loaded query={list} lines={8}>
          {() =>
            people.length === 0 ? (
              q || tag || imported ? (
                <Empty
                  icon="search"
                  title="Nobody matches"
                  actions={<Button onClick={() => setParams({})}>Show everyone</Button>}
                >
                  Search looks at the beginning of names, companies, numbers and addresses.
                </Empty>
              ) : (
                <Empty
                  icon="people"
                  title="No contacts yet"
                  actions={
                    <Button kind="primary" icon="plus" onClick={() => set('new', '1')}>
                      Add the first one
                    </Button>
                  }
                >
                  Add people by hand, or send them with POST /api/v1/contacts from where your leads come in.
                </Empty>
              )
            ) : (
              <div className="table-wrap">
                <table className="table cards">
                  <caption className="visually-hidden">{count(people.length, 'contact')} shown</caption>
                  <thead>
                    <tr>
                      <th>Name</th>
                      <th>Phone</th>
                      <th>Tags</th>
                      <th>Status</th>
                      <th data-num>Added</th>
                    </tr>
                  </thead>
                  <tbody>
                    {people.map((person) => (
                      <tr key={person.id} data-link onClick={() => void navigate(path(`/contacts/${person.id}`))}>
                        <td>
                          <div className="person">
                            <Avatar name={personName(person, person.phone ?? '?')} />
                            <div>
                              <Link
                                className="strong clip"
                                to={path(`/contacts/${person.id}`)}
                                onClick={(event) => event.stopPropagation()}
                              >
                                {personName(person, person.phone ?? person.email ?? undefined)}
                              </Link>
                              <div className="small muted clip">{person.company ?? person.email}</div>
                            </div>
                          </div>
                        </td>
                        <td data-label="Phone" className="num nowrap">
                          {person.phone && (
                            <span>
                              {phoneWords(person.phone)}
                              {!person.phone_valid && <span className="small faint"> invalid</span>}
                            </span>
                          )}
                        </td>
                        <td data-label="Tags">
                          {person.tags.length > 0 && <Tags tags={person.tags} />}
                        </td>
                        <td data-label="Status">{words(person.status)}</td>
                        <td data-label="Added" data-num className="muted nowrap">
                          <When at={person.created_at} real />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
        <MoreButton query={list} />
      </Card>
      {adding && <AddContact onClose={() => set('new', '')} />}
    </>
  );
}

export function Tags({ tags }: { tags: string[] }) {
  const { path } = useHere();
  return (
    <span className="row">
      {tags.slice(0, 4).map((tag) => (
        <Link
          key={tag}
          className="tag"
          to={path(`/contacts?tag=${encodeURIComponent(tag)}`)}
          onClick={(event) => event.stopPropagation()}
        >
          {tag}
        </Link>
      ))}
      {tags.length > 4 && <span className="small faint">+{tags.length - 4}</span>}
    </span>
  );
}

function AddContact({ onClose }: { onClose: () => void }) {
  const { api, client, path } = useHere();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const say = useToast();
  const [form, setForm] = useState({
    first_name: '',
    last_name: '',
    company: '',
    phone: '',
    email: '',
    state: '',
    postal_code: '',
    tags: '',
  });
  const [consent, setConsent] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const known = problem instanceof Problem ? problem : null;
  const existing = known?.code === 'contact_exists' ? (known.extra.contact_id as string | undefined) : undefined;

  const save = async () => {
    setBusy(true);
    setProblem(null);
    const { tags, ...fields } = form;
    const body: Record<string, unknown> = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value.trim() !== ''),
    );
    const list = tags
      .split(/[\s,]+/)
      .map((tag) => tag.toLowerCase())
      .filter(Boolean);
    if (list.length) {
      body.tags = list;
    }
    body.source = 'console';
    if (consent) {
      body.consent = { sms: { granted: true, source: 'console' } };
    }
    try {
      const made = await api.create<Contact>('/contacts', body);
      await queries.invalidateQueries({ queryKey: [client.id, '/contacts'] });
      say(`${personName(made, 'The contact')} is added.`);
      void navigate(path(`/contacts/${made.id}`));
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const text = (name: keyof typeof form, label: string, hint?: ReactNode, type = 'text', autoComplete = 'off') => (
    <Field label={label} hint={hint} error={known?.of(name)}>
      {(props) => (
        <input
          {...props}
          className="input"
          type={type}
          autoComplete={autoComplete}
          value={form[name]}
          onChange={(event) => setForm({ ...form, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Dialog
      title="Add a contact"
      onClose={onClose}
      onSubmit={() => void save()}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Add contact
          </Button>
        </>
      }
    >
      {existing ? (
        <Notice
          tone="warn"
          title="This person is here already"
          actions={
            <Link className="link" to={path(`/contacts/${existing}`)}>
              Open them
            </Link>
          }
        >
          {known?.message}
        </Notice>
      ) : (
        problem !== null && (known?.faults.length ?? 0) === 0 && <ErrorNotice error={problem} />
      )}
      <div className="form-grid">
        {text('first_name', 'First name')}
        {text('last_name', 'Last name')}
      </div>
      {text('phone', 'Phone', 'As people write it, for example (206) 555-0100', 'tel')}
      {text('email', 'E-mail', undefined, 'email')}
      {text('company', 'Company')}
      <div className="form-grid">
        {text('state', 'State', 'Two letters; quiet hours depend on it')}
        {text('postal_code', 'Postal code')}
      </div>
      {text('tags', 'Tags', 'Separated by commas')}
      <label className="check">
        <input type="checkbox" checked={consent} onChange={(event) => setConsent(event.target.checked)} />
        <span>
          They agreed to receive SMS
          <span className="field-hint" style={{ display: 'block' }}>
            Kept with the time and with you as its source.
          </span>
        </span>
      </label>
    </Dialog>
  );
}
