import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { rows, useHere, useList } from '../api/hooks';
import type { Enrollment, Sequence } from '../api/types';
import { count, look, phoneWords } from '../format/words';
import { Icon } from '../ui/icon';
import { Avatar, Badge, Card, Empty, LinkButton, Loaded, MoreButton, PageHead, State, useTitle } from '../ui/parts';
import { When } from '../ui/time';

const STATUSES = ['active', 'paused', 'replied', 'booked', 'converted', 'completed', 'opted_out', 'failed', 'stopped'];

export function Enrollments() {
  useTitle('Enrollments');
  const [params] = useSearchParams();
  const sequence = params.get('sequence_id');
  return (
    <>
      <PageHead title="Enrollments">
        <p>Who is on their way through which sequence, and what comes next.</p>
      </PageHead>
      <EnrollmentTable sequenceId={sequence} withSequenceFilter />
    </>
  );
}

/** The table with its filters, which stand in the address. */
export function EnrollmentTable({
  sequenceId,
  withSequenceFilter,
}: {
  sequenceId: string | null;
  withSequenceFilter?: boolean;
}) {
  const { path } = useHere();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const status = params.get('status') ?? '';
  const needsHuman = params.get('needs_human') === 'true';
  const [sequencesWanted] = useState(Boolean(withSequenceFilter));
  const sequences = useList<Sequence>(sequencesWanted ? '/sequences' : null, { limit: 100 });
  const list = useList<Enrollment>('/enrollments', {
    status,
    sequence_id: sequenceId,
    needs_human: needsHuman || null,
    limit: 50,
  });
  const all = rows(list.data);
  const set = (changes: Record<string, string | null>) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      for (const [name, value] of Object.entries(changes)) {
        if (value) {
          next.set(name, value);
        } else {
          next.delete(name);
        }
      }
      return next;
    });
  return (
    <>
      <div className="toolbar">
        <div className="chips" role="group" aria-label="Status">
          <button
            type="button"
            className="chip"
            aria-pressed={!status && !needsHuman}
            onClick={() => set({ status: null, needs_human: null })}
          >
            All
          </button>
          <button
            type="button"
            className="chip"
            aria-pressed={needsHuman}
            onClick={() => set({ needs_human: needsHuman ? null : 'true' })}
          >
            Needs a person
          </button>
          {STATUSES.map((one) => {
            const { word, icon } = look('enrollment', one);
            return (
              <button
                key={one}
                type="button"
                className="chip"
                aria-pressed={status === one}
                onClick={() => set({ status: status === one ? null : one })}
              >
                <Icon name={icon} size={13} />
                {word}
              </button>
            );
          })}
        </div>
        {withSequenceFilter && (
          <select
            className="select"
            style={{ width: 'auto', maxWidth: '16rem' }}
            aria-label="Sequence"
            value={sequenceId ?? ''}
            onChange={(event) => set({ sequence_id: event.target.value || null })}
          >
            <option value="">Every sequence</option>
            {rows(sequences.data).map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </div>
      <Card flush>
        <Loaded query={list} lines={8}>
          {() =>
            all.length === 0 ? (
              <Empty
                icon="enrollments"
                title={status || needsHuman ? 'Nobody is in this state' : 'Nobody is enrolled yet'}
                actions={
                  !status &&
                  !needsHuman && (
                    <LinkButton to={path('/sequences')} icon="sequence">
                      To the sequences
                    </LinkButton>
                  )
                }
              >
                {status || needsHuman
                  ? 'Choose another status, or show all.'
                  : 'Open a sequence and enroll contacts, or enroll one from their page.'}
              </Empty>
            ) : (
              <div className="table-wrap">
                <table className="table cards">
                  <caption className="visually-hidden">{count(all.length, 'enrollment')} shown</caption>
                  <thead>
                    <tr>
                      <th>Contact</th>
                      {!sequenceId && <th>Sequence</th>}
                      <th>Status</th>
                      <th>Step</th>
                      <th>Next</th>
                      <th data-num>Sent</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.map((one) => (
                      <tr key={one.id} data-link onClick={() => void navigate(path(`/enrollments/${one.id}`))}>
                        <td>
                          <div className="person">
                            <Avatar name={one.contact_name ?? '?'} />
                            <div>
                              <Link
                                className="strong clip"
                                to={path(`/enrollments/${one.id}`)}
                                onClick={(event) => event.stopPropagation()}
                              >
                                {one.contact_name ?? (phoneWords(one.contact.phone) || 'Someone')}
                              </Link>
                              <div className="small muted num">{phoneWords(one.contact.phone)}</div>
                            </div>
                          </div>
                        </td>
                        {!sequenceId && (
                          <td data-label="Sequence">
                            <span className="clip">{one.sequence_name}</span>
                          </td>
                        )}
                        <td data-label="Status">
                          <span className="row">
                            <State kind="enrollment" of={one.status} />
                            {one.needs_human && <Badge look={{ word: 'Needs a person', tone: 'bad', icon: 'alert' }} />}
                          </span>
                        </td>
                        <td data-label="Step" className="num">
                          <span>
                            {one.steps_done} <span className="faint">of {one.step_count}</span>
                          </span>
                        </td>
                        <td data-label="Next" className="nowrap">
                          {one.open_dispatch_state ? (
                            <State kind="dispatch" of={one.open_dispatch_state} />
                          ) : one.status === 'active' ? (
                            <When at={one.next_step_at} due />
                          ) : one.status === 'paused' ? (
                            <span className="faint">when resumed</span>
                          ) : (
                            <span className="faint">
                              ended <When at={one.ended_at} otherwise="" />
                            </span>
                          )}
                        </td>
                        <td data-label="Sent" data-num>
                          <span>
                            {one.sent}
                            {one.failed > 0 && <span className="faint"> · {one.failed} failed</span>}
                          </span>
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
    </>
  );
}
