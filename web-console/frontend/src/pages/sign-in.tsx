import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { Problem, call, rememberCsrf } from '../api/client';
import type { Session } from '../api/types';
import { Button, Field, Notice, useTitle } from '../ui/parts';

export function SignIn() {
  useTitle('Sign in');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const environment = useQuery({
    queryKey: ['environment'],
    queryFn: () => call<{ demo: boolean }>('GET', '/api/v1/environment'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const session = await call<Session>('POST', '/api/v1/session', { body: { email, password } });
      rememberCsrf(session.csrf_token);
      queries.clear();
      queries.setQueryData(['session'], session);
      const to = params.get('to') ?? '/';
      // only a place of our own
      void navigate(to.startsWith('/') && !to.startsWith('//') ? to : '/', { replace: true });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, { detail: String(error) }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="gate">
      <div className="gate-card card">
        <div className="gate-brand">
          <img src="/mark.svg" alt="" />
          <div>
            <h1>Omnify</h1>
            <p className="muted small">Follow-up that people answer</p>
          </div>
        </div>
        <form
          className="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          {problem && problem.faults.length === 0 && (
            <Notice tone="bad" title={problem.message}>
              {problem.fix}
            </Notice>
          )}
          <Field label="E-mail" error={problem?.of('email')}>
            {(props) => (
              <input
                {...props}
                className="input"
                type="email"
                autoComplete="username"
                required
                autoFocus
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <Field label="Password" error={problem?.of('password')}>
            {(props) => (
              <input
                {...props}
                className="input"
                type="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          <Button kind="primary" type="submit" busy={busy}>
            Sign in
          </Button>
          {environment.data?.demo && (
            <p className="small muted">
              This is a demonstration: <code>./omnify demo</code> prints who may sign in.
            </p>
          )}
        </form>
      </div>
    </main>
  );
}
