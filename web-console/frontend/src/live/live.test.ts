import { describe, expect, it } from 'vitest';
import type { LiveItem } from '../api/types';
import { stale } from './live';
import { sentence } from './sentence';

function item(type: string, code: string | null = null, detail: string | null = null): LiveItem {
  return {
    id: '1',
    type,
    at: '2026-03-01T12:00:00Z',
    contact_id: null,
    contact_name: 'Ada',
    enrollment_id: null,
    sequence_id: null,
    sequence_name: null,
    channel: 'sms',
    code,
    detail,
  };
}

describe('the feed', () => {
  it('says what happened to a person', () => {
    expect(sentence(item('dispatch.accepted')).says).toBe('was sent an SMS');
    expect(sentence(item('dispatch.accepted', 'opt_out_confirmation')).says).toBe(
      'was told that the opt-out is in force',
    );
    expect(sentence(item('delivery.reported', 'undelivered', 'sms_undelivered')).says).toBe(
      'did not receive an SMS: SMS undelivered',
    );
    expect(sentence(item('healing.ordered', 'retry', 'sms_undelivered')).says).toBe(
      'will be tried again: SMS undelivered',
    );
    expect(sentence(item('enrollment.moved', 'opted_out')).says).toBe('is now opted out');
  });
  it('has words for what it has never heard of', () => {
    expect(sentence(item('call.answered')).says).toBe('call answered');
  });
  it('asks again for what changed, not for everything', () => {
    expect(stale('contact.created')).toEqual(['/contacts']);
    expect(stale('delivery.reported')).not.toContain('/contacts');
  });
});
