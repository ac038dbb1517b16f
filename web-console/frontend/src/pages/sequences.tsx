import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { rows, useHere, useList } from '../api/hooks';
import type { Sequence, Step } from '../api/types';
import { count, number, words } from '../format/words';
import { Icon } from '../ui/icon';
import {
  Badge,
  Button,
  Card,
  Empty,
  Field,
  FormDialog,
  Loaded,
  MoreButton,
  PageHead,
  useSending,
  useTitle,
} from '../ui/parts';

export function sequenceLook(sequence: Sequence) {
  if (sequence.active) {
    return { word: 'Active', tone: 'good' as const, icon: 'play' };
  }
  return sequence.published_version
    ? { word: 'Off', tone: 'idle' as const, icon: 'pause' }
    : { word: 'Draft', tone: 'warn' as const, icon: 'edit' };
}

export function Sequences() {
  useTitle('Sequences');
  const { path } = useHere();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const list = useList<Sequence>('/sequences', { limit: 50 });
  const all = rows(list.data);
  const creating = params.get('new') === '1';
  return (
    <>
      <PageHead
        title="Sequences"
        actions={
          <Button kind="primary" icon="plus" onClick={() => setParams({ new: '1' })}>
            New sequence
          </Button>
        }
      >
        <p>What is said to people, in which order, and when.</p>
      </PageHead>
      <Card flush>
        <Loaded query={list} lines={6}>
          {() =>
            all.length === 0 ? (
              <Empty
                icon="sequence"
                title="No sequence yet"
                actions={
                  <Button kind="primary" icon="plus" onClick={() => setParams({ new: '1' })}>
                    Write the first one
                  </Button>
                }
              >
                Three messages over a week are a good start: thank them, ask once more, say goodbye kindly.
              </Empty>
            ) : (
              <div className="table-wrap">
                <table className="table cards">
                  <caption className="visually-hidden">{count(all.length, 'sequence')} shown</caption>
                  <thead>
                    <tr>
                      <th>Sequence</th>
                      <th>State</th>
                      <th data-num>Steps</th>
                      <th data-num>Active</th>
                      <th data-num>Replied</th>
                      <th data-num>Booked</th>
                      <th data-num>Opted out</th>
                      <th data-num>Failed</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.map((one) => (
                      <tr key={one.id} data-link onClick={() => void navigate(path(`/sequences/${one.id}`))}>
                        <td>
                          <div style={{ minWidth: 0 }}>
                            <Link
                              className="strong"
                              to={path(`/sequences/${one.id}`)}
                              onClick={(event) => event.stopPropagation()}
                            >
                              {one.name}
                            </Link>
                            <div className="small muted clip" style={{ maxWidth: '26rem' }}>
                              {one.description ?? `${words(one.trigger.type)} trigger`}
                            </div>
                          </div>
                        </td>
                        <td data-label="State">
                          <Badge look={sequenceLook(one)} />
                        </td>
                        <td data-label="Steps" data-num>
                          {number(one.steps)}
                        </td>
                        {(['active', 'replied', 'booked', 'opted_out', 'failed'] as const).map((status) => (
                          <td key={status} data-label={words(status)} data-num>
                            {(() => {
                              const n =
                                (one.counters[status] ?? 0) +
                                (status === 'booked' ? (one.counters.converted ?? 0) : 0);
                              return n ? (
                                <Link
                                  className="link"
                                  to={path(`/enrollments?sequence_id=${one.id}&status=${status}`)}
                                  onClick={(event) => event.stopPropagation()}
                                >
                                  {number(n)}
                                </Link>
                              ) : (
                                <span className="faint">0</span>
                              );
                            })()}
                          </td>
                        ))}
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
      {creating && <NewSequence onClose={() => setParams({})} />}
    </>
  );
}

const STARTS: { key: string; word: string; hint: string; steps: Step[] }[] = [
  {
    key: 'lead',
    word: 'Follow up on a new lead',
    hint: '3 SMS over 5 days',
    steps: [
      {
        name: 'Thank them',
        kind: 'sms',
        delay: { type: 'immediate' },
        content: {
          body: 'Hi {{ first_name | default: "there" }}, thanks for reaching out! When would be a good time to talk? Reply STOP to opt out.',
        },
      },
      {
        name: 'Ask once more',
        kind: 'sms',
        delay: { type: 'local_time', duration: 'P2D', time: '10:00' },
        content: {
          body: 'Hi {{ first_name | default: "there" }}, just checking in. Do you still need a hand? We have openings this week.',
        },
      },
      {
        name: 'Say goodbye kindly',
        kind: 'sms',
        delay: { type: 'business_hours', duration: 'P3D' },
        content: { body: 'Last note from us, {{ first_name | default: "there" }}: we are here whenever you need us.' },
      },
    ],
  },
  { key: 'empty', word: 'Start empty', hint: 'Write your own steps', steps: [] },
];

function NewSequence({ onClose }: { onClose: () => void }) {
  const { api, client, path } = useHere();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [reply, setReply] = useState('stop');
  const [entry, setEntry] = useState('when_not_active');
  const [start, setStart] = useState('lead');
  const sending = useSending();
  const { known } = sending;
  return (
    <FormDialog
      title="New sequence"
      action="Create draft"
      sending={sending}
      onClose={onClose}
      onSubmit={() =>
        sending.send(() =>
          api
            .create<Sequence>('/sequences', {
              name,
              description: description.trim() || null,
              trigger: { type: 'manual', conditions: [] },
              reply_policy: reply,
              entry_rule: entry,
              steps: STARTS.find((one) => one.key === start)?.steps ?? [],
            })
            .then(async (made) => {
              await queries.invalidateQueries({ queryKey: [client.id, '/sequences'] });
              void navigate(path(`/sequences/${made.id}`));
            }),
        )
      }
    >
      <Field label="Name" error={known?.of('name')}>
        {(props) => <input {...props} className="input" value={name} onChange={(e) => setName(e.target.value)} />}
      </Field>
      <Field label="Description" hint="For your team; contacts never see it">
        {(props) => (
          <input {...props} className="input" value={description} onChange={(e) => setDescription(e.target.value)} />
        )}
      </Field>
      <fieldset className="choices">
        <legend className="label">Begin with</legend>
        {STARTS.map((one) => (
          <label key={one.key} className="choice">
            <input
              type="radio"
              name="start"
              checked={start === one.key}
              onChange={() => setStart(one.key)}
            />
            <span>
              <span className="strong">{one.word}</span>
              <span className="field-hint" style={{ display: 'block' }}>
                {one.hint}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label="When they reply" error={known?.of('reply_policy')}>
        {(props) => (
          <select {...props} className="select" value={reply} onChange={(e) => setReply(e.target.value)}>
            <option value="stop">Stop, a person goes on</option>
            <option value="pause">Pause until someone resumes it</option>
            <option value="continue">Go on as planned</option>
            <option value="adaptive">Follow the analysis of the reply</option>
          </select>
        )}
      </Field>
      <Field label="Who may enter again" error={known?.of('entry_rule')}>
        {(props) => (
          <select {...props} className="select" value={entry} onChange={(e) => setEntry(e.target.value)}>
            <option value="once">Nobody: once is enough</option>
            <option value="when_not_active">Whoever is not on their way just now</option>
            <option value="always">Anyone, always</option>
          </select>
        )}
      </Field>
      <p className="small muted row">
        <Icon name="clock" />
        Nothing is sent before you publish it and switch it on.
      </p>
    </FormDialog>
  );
}
