import type { Delay } from '../api/types';

export type Tone = 'idle' | 'good' | 'warn' | 'bad' | 'info' | 'accent' | 'sms' | 'email' | 'voice';

/** How a state looks (a tone and a shape) and what it is called. */
export interface Look {
  word: string;
  tone: Tone;
  icon: string;
}

const ENROLLMENT: Record<string, Look> = {
  active: { word: 'Active', tone: 'info', icon: 'play' },
  paused: { word: 'Paused', tone: 'warn', icon: 'pause' },
  completed: { word: 'Completed', tone: 'idle', icon: 'check' },
  replied: { word: 'Replied', tone: 'good', icon: 'reply' },
  booked: { word: 'Booked', tone: 'good', icon: 'calendar' },
  converted: { word: 'Converted', tone: 'good', icon: 'star' },
  opted_out: { word: 'Opted out', tone: 'bad', icon: 'ban' },
  failed: { word: 'Failed', tone: 'bad', icon: 'cross' },
  stopped: { word: 'Stopped', tone: 'idle', icon: 'square' },
  unenrolled: { word: 'Unenrolled', tone: 'idle', icon: 'minus' },
};

const DISPATCH: Record<string, Look> = {
  ready: { word: 'Waiting for a worker', tone: 'idle', icon: 'clock' },
  sending: { word: 'Sending', tone: 'info', icon: 'send' },
  accepted: { word: 'Accepted', tone: 'good', icon: 'check' },
  rejected: { word: 'Refused', tone: 'bad', icon: 'cross' },
  not_sent: { word: 'Not sent', tone: 'bad', icon: 'cross' },
  unknown: { word: 'Unknown', tone: 'warn', icon: 'question' },
  quarantined: { word: 'Quarantined', tone: 'warn', icon: 'shield' },
  cancelled: { word: 'Cancelled', tone: 'idle', icon: 'minus' },
  expired: { word: 'Expired', tone: 'idle', icon: 'clock' },
  given_back: { word: 'Held', tone: 'warn', icon: 'clock' },
};

const DELIVERY: Record<string, Look> = {
  pending: { word: 'Sending', tone: 'idle', icon: 'send' },
  queued: { word: 'Queued', tone: 'idle', icon: 'clock' },
  accepted: { word: 'Accepted', tone: 'info', icon: 'check' },
  sent: { word: 'Sent', tone: 'info', icon: 'check' },
  delivered: { word: 'Delivered', tone: 'good', icon: 'checks' },
  undelivered: { word: 'Not delivered', tone: 'bad', icon: 'cross' },
  failed: { word: 'Failed', tone: 'bad', icon: 'cross' },
  rejected: { word: 'Refused', tone: 'bad', icon: 'cross' },
  not_sent: { word: 'Not sent', tone: 'bad', icon: 'cross' },
  unknown: { word: 'Unknown', tone: 'warn', icon: 'question' },
  quarantined: { word: 'Quarantined', tone: 'warn', icon: 'shield' },
  answered: { word: 'Answered', tone: 'good', icon: 'phone' },
  voicemail: { word: 'Voicemail', tone: 'info', icon: 'phone' },
  no_answer: { word: 'No answer', tone: 'warn', icon: 'phone' },
  busy: { word: 'Busy', tone: 'warn', icon: 'phone' },
  missed: { word: 'Missed call', tone: 'warn', icon: 'phone' },
  bounced: { word: 'Bounced', tone: 'bad', icon: 'cross' },
  opened: { word: 'Opened', tone: 'good', icon: 'mail' },
  clicked: { word: 'Clicked', tone: 'good', icon: 'mail' },
  opt_out: { word: 'Opted out', tone: 'bad', icon: 'ban' },
  opted_out: { word: 'Opted out', tone: 'bad', icon: 'ban' },
  replied: { word: 'Replied', tone: 'good', icon: 'reply' },
};

const CHANNEL: Record<string, Look> = {
  sms: { word: 'SMS', tone: 'sms', icon: 'message' },
  email: { word: 'E-mail', tone: 'email', icon: 'mail' },
  voice: { word: 'Voice', tone: 'voice', icon: 'phone' },
  wait: { word: 'Wait', tone: 'idle', icon: 'clock' },
  condition: { word: 'Condition', tone: 'accent', icon: 'branch' },
  webhook: { word: 'Webhook', tone: 'info', icon: 'code' },
  notify_team: { word: 'Tell the team', tone: 'warn', icon: 'bell' },
};

const DECISION: Record<string, Look> = {
  entered: { word: 'Entered', tone: 'info', icon: 'plus' },
  sending: { word: 'Sending', tone: 'info', icon: 'send' },
  calling: { word: 'Calling', tone: 'voice', icon: 'phone' },
  delivered: { word: 'Delivered', tone: 'good', icon: 'checks' },
  waiting: { word: 'Waiting', tone: 'idle', icon: 'clock' },
  not_healed: { word: 'Not healed', tone: 'bad', icon: 'heart' },
  noted: { word: 'Noted', tone: 'idle', icon: 'info' },
  branched: { word: 'Asked', tone: 'accent', icon: 'branch' },
  ordered: { word: 'Ordered', tone: 'info', icon: 'send' },
  done: { word: 'Done', tone: 'good', icon: 'check' },
  moved_on: { word: 'Moved on', tone: 'idle', icon: 'skip' },
  started: { word: 'Started', tone: 'info', icon: 'play' },
  scheduled: { word: 'Scheduled', tone: 'idle', icon: 'clock' },
  opened: { word: 'Handed to a worker', tone: 'info', icon: 'send' },
  claimed: { word: 'Handed to a worker', tone: 'info', icon: 'send' },
  sent: { word: 'Sent', tone: 'good', icon: 'send' },
  waited: { word: 'Waited', tone: 'idle', icon: 'clock' },
  skipped: { word: 'Skipped', tone: 'idle', icon: 'skip' },
  deferred: { word: 'Deferred', tone: 'warn', icon: 'clock' },
  held: { word: 'Held', tone: 'warn', icon: 'clock' },
  retried: { word: 'Tried again', tone: 'warn', icon: 'retry' },
  failed: { word: 'Failed', tone: 'bad', icon: 'cross' },
  healed: { word: 'Healed', tone: 'good', icon: 'heart' },
  healing: { word: 'Healing', tone: 'info', icon: 'heart' },
  paused: { word: 'Paused', tone: 'warn', icon: 'pause' },
  resumed: { word: 'Resumed', tone: 'info', icon: 'play' },
  replied: { word: 'Replied', tone: 'good', icon: 'reply' },
  completed: { word: 'Completed', tone: 'good', icon: 'check' },
  ended: { word: 'Ended', tone: 'idle', icon: 'square' },
  stopped: { word: 'Stopped', tone: 'idle', icon: 'square' },
  booked: { word: 'Booked', tone: 'good', icon: 'calendar' },
  converted: { word: 'Converted', tone: 'good', icon: 'star' },
  opted_out: { word: 'Opted out', tone: 'bad', icon: 'ban' },
  unknown: { word: 'Unknown', tone: 'warn', icon: 'question' },
  quarantined: { word: 'Quarantined', tone: 'warn', icon: 'shield' },
  migrated: { word: 'Moved to a new version', tone: 'info', icon: 'branch' },
};

const HEALING: Record<string, Look> = {
  retry: { word: 'Tried again', tone: 'info', icon: 'retry' },
  apply_on_failure: { word: 'Left to the step’s rule', tone: 'idle', icon: 'skip' },
  pause_enrollment: { word: 'Paused for a person', tone: 'warn', icon: 'pause' },
  end_enrollment: { word: 'Ended', tone: 'idle', icon: 'square' },
  leave_to_its_author: { word: 'Left to whoever wrote it', tone: 'idle', icon: 'edit' },
};

const KINDS = { enrollment: ENROLLMENT, dispatch: DISPATCH, delivery: DELIVERY, channel: CHANNEL, decision: DECISION, healing: HEALING };

/** The look of a state; one that this console has never heard of still reads as words. */
export function look(kind: keyof typeof KINDS, state: string | null | undefined): Look {
  const known = state ? KINDS[kind][state] : undefined;
  return known ?? { word: words(state ?? 'none'), tone: 'idle', icon: 'dot' };
}

/** `given_back` as a person would write it. */
export function words(code: string): string {
  const text = code.replaceAll('_', ' ').replaceAll('.', ' ').trim();
  return (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\b(sms|api)\b/gi, (word) => word.toUpperCase());
}

/** The same within a sentence. */
export function plainWords(code: string): string {
  return code
    .replaceAll('_', ' ')
    .replace(/\b(sms|api)\b/gi, (word) => word.toUpperCase());
}

/** A number as people of its country write it, where that is known; E.164 otherwise. */
export function phoneWords(e164: string | null | undefined): string {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164 ?? '');
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : (e164 ?? '');
}

export function personName(
  person: { first_name?: string | null; last_name?: string | null } | null | undefined,
  otherwise = 'Someone without a name',
): string {
  const name = [person?.first_name, person?.last_name].filter(Boolean).join(' ').trim();
  return name || otherwise;
}

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const first = parts[0]?.charAt(0) ?? '?';
  const last = parts.length > 1 ? (parts[parts.length - 1]?.charAt(0) ?? '') : '';
  return (first + last).toUpperCase();
}

const UNITS: [string, string][] = [
  ['D', 'day'],
  ['H', 'hour'],
  ['M', 'minute'],
  ['S', 'second'],
];

/** `P2DT3H` as "2 days 3 hours". What is no such duration comes back as it is. */
export function durationWords(iso: string | null | undefined): string {
  if (!iso) {
    return '';
  }
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/.exec(iso);
  if (!match) {
    return iso;
  }
  // PT48H is how Java writes two days
  let seconds =
    Number(match[1] ?? 0) * 604800 +
    Number(match[2] ?? 0) * 86400 +
    Number(match[3] ?? 0) * 3600 +
    Number(match[4] ?? 0) * 60 +
    Number(match[5] ?? 0);
  if (seconds === 0) {
    return 'no time';
  }
  const parts: string[] = [];
  for (const [unit, word] of UNITS) {
    const size = unit === 'D' ? 86400 : unit === 'H' ? 3600 : unit === 'M' ? 60 : 1;
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count) {
      parts.push(`${count} ${word}${count === 1 ? '' : 's'}`);
    }
  }
  return parts.join(' ');
}

/** What stands on the line between two steps. */
export function delayWords(delay: Delay, first: boolean): string {
  const wait = durationWords(delay.duration);
  const from = first ? 'after enrolling' : 'later';
  switch (delay.type) {
    case 'immediate':
      return first ? 'At once' : 'Right after the step before';
    case 'business_hours':
      return wait && wait !== 'no time' ? `${wait} of business hours ${from}` : 'In business hours';
    case 'local_time':
      return wait && wait !== 'no time'
        ? `${wait} ${from}, at ${delay.time ?? '…'} their time`
        : `At ${delay.time ?? '…'} their time`;
    case 'after_previous':
    case 'fixed':
      return wait && wait !== 'no time' ? `${wait} ${from}` : 'At once';
  }
}

/** `75` as "1:15". */
export function callTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`;
}

/** A count and its noun: `1 step`, `1,204 steps`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

export function number(n: number | null | undefined): string {
  return n === null || n === undefined ? '–' : n.toLocaleString('en-US');
}

export function money(micros: number | null | undefined, currency = 'USD'): string {
  if (micros === null || micros === undefined) {
    return '–';
  }
  return (micros / 1_000_000).toLocaleString('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  });
}

export function percent(part: number, whole: number): string {
  return whole > 0 ? `${((part / whole) * 100).toFixed(part && part < whole / 10 ? 1 : 0)} %` : '–';
}

/** Splits a template at its `{{ … }}`. */
export function templateParts(text: string): { text: string; variable: boolean }[] {
  return text
    .split(/(\{\{[^}]*\}\}|\{%[^%]*%\})/g)
    .filter(Boolean)
    .map((part) => ({ text: part, variable: part.startsWith('{{') || part.startsWith('{%') }));
}

/** What is wrong and how to mend it, as sentences, however a service punctuates them. */
export function faultWords(fault: { message: string; fix?: string | null }): string {
  return [fault.message, fault.fix ?? '']
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ');
}
