import { describe, expect, it } from 'vitest';
import { Problem, withQuery } from '../api/client';
import { dayName, exact, relative, zoneCity } from './time';
import { delayWords, durationWords, faultWords, initials, look, percent, personName, phoneWords, templateParts, words } from './words';

describe('time', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  it('reads as a person would say it', () => {
    expect(relative(now + 2 * 3600_000 + 600_000, now)).toBe('in 2 hours');
    expect(relative(now - 3 * 86400_000, now)).toBe('3 days ago');
    expect(relative(now - 90_000, now)).toBe('1 minute ago');
    expect(relative(now + 1000, now)).toBe('now');
  });
  it('shows the contact’s zone, not the viewer’s', () => {
    expect(exact(now, 'America/New_York')).toContain('07:00');
    expect(dayName(Date.parse('2026-03-01T02:00:00Z'), 'America/Los_Angeles')).toContain('28 February');
  });
  it('survives a zone it does not know', () => {
    expect(exact(now, 'Mars/Olympus')).toContain('2026');
    expect(zoneCity('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
  });
});

describe('words', () => {
  it('spells durations, also as Java writes them', () => {
    expect(durationWords('P2D')).toBe('2 days');
    expect(durationWords('PT48H')).toBe('2 days');
    expect(durationWords('PT1H30M')).toBe('1 hour 30 minutes');
    expect(durationWords('PT0S')).toBe('no time');
    expect(durationWords('soon')).toBe('soon');
  });
  it('says what stands between two steps', () => {
    expect(delayWords({ type: 'fixed', duration: 'P2D' }, false)).toBe('2 days later');
    expect(delayWords({ type: 'immediate' }, true)).toBe('At once');
    expect(delayWords({ type: 'local_time', duration: 'P1D', time: '10:00' }, false)).toBe(
      '1 day later, at 10:00 their time',
    );
  });
  it('never shows a code it does not know as a blank', () => {
    expect(look('enrollment', 'abducted_by_aliens').word).toBe('Abducted by aliens');
    expect(look('enrollment', 'replied')).toEqual({ word: 'Replied', tone: 'good', icon: 'reply' });
  });
  it('writes numbers as their country does', () => {
    expect(phoneWords('+12065550100')).toBe('(206) 555-0100');
    expect(phoneWords('+442071838750')).toBe('+442071838750');
    expect(words('sms_undelivered')).toBe('SMS undelivered');
  });
  it('makes sentences of faults', () => {
    expect(faultWords({ message: 'has too few digits', fix: 'write it with country code' })).toBe(
      'Has too few digits. Write it with country code.',
    );
    expect(faultWords({ message: 'Is it?', fix: null })).toBe('Is it?');
  });
  it('names people', () => {
    expect(personName({ first_name: 'Maria', last_name: null })).toBe('Maria');
    expect(personName({})).toBe('Someone without a name');
    expect(initials('Maria de la Cruz')).toBe('MC');
  });
  it('finds the variables of a template', () => {
    expect(templateParts('Hi {{ first_name }}!')).toEqual([
      { text: 'Hi ', variable: false },
      { text: '{{ first_name }}', variable: true },
      { text: '!', variable: false },
    ]);
  });
  it('gives no percentage of nothing', () => {
    expect(percent(1, 0)).toBe('–');
    expect(percent(1, 4)).toBe('25 %');
  });
});

describe('calls', () => {
  it('leaves out what is not set', () => {
    expect(withQuery('/contacts', { q: 'a b', tag: '', cursor: null, limit: 50 })).toBe('/contacts?q=a%20b&limit=50');
  });
  it('finds the fault of a field behind its path', () => {
    const problem = new Problem(422, { errors: [{ field: 'steps[0].content.body', message: 'unknown variable' }] });
    expect(problem.of('body')?.message).toBe('unknown variable');
  });
});
