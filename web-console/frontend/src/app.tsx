import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Navigate, Outlet, createBrowserRouter, useLocation, useNavigate, useParams } from 'react-router';
import { Problem, call, rememberCsrf } from './api/client';
import { HereContext, type LiveState } from './api/hooks';
import { Api } from './api/client';
import type { FleetClock, Session, SessionClient } from './api/types';
import { LiveFeed } from './live/live';
import { Docs } from './pages/docs';
import { ContactPage } from './pages/contact';
import { Contacts } from './pages/contacts';
import { EnrollmentPage } from './pages/enrollment';
import { Enrollments } from './pages/enrollments';
import { Home } from './pages/home';
import { ImportPage, Imports } from './pages/imports';
import { Broken, NoClients, NotFound } from './pages/other';
import { Operations } from './pages/operations';
import { SequencePage } from './pages/sequence';
import { Sequences } from './pages/sequences';
import { Settings } from './pages/settings';
import { Webhooks } from './pages/webhooks';
import { SignIn } from './pages/sign-in';
import { Shell } from './shell';
import { ErrorNotice, Skeleton } from './ui/parts';
import { FleetTime } from './ui/time';

const LAST_CLIENT = 'omnify.client';

function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const session = await call<Session>('GET', '/api/v1/session');
      rememberCsrf(session.csrf_token);
      return session;
    },
    staleTime: 60_000,
    retry: false,
  });
}

/** Lets nobody in who is not signed in; brings them back to where they wanted to go. */
function SignedIn() {
  const session = useSession();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  useEffect(() => {
    const leave = () => void navigate(`/sign-in?to=${encodeURIComponent(pathname + search)}`);
    window.addEventListener('omnify:signed-out', leave);
    return () => window.removeEventListener('omnify:signed-out', leave);
  }, [navigate, pathname, search]);
  if (session.data) {
    return <Outlet context={session.data} />;
  }
  if (session.error) {
    if (session.error instanceof Problem && session.error.status === 401) {
      return <Navigate to={`/sign-in?to=${encodeURIComponent(pathname + search)}`} replace />;
    }
    return (
      <main className="page">
        <ErrorNotice error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  return (
    <main className="page">
      <Skeleton lines={6} />
    </main>
  );
}

/** The client looked at last, or the first one. */
function AnyClient() {
  const session = useSession();
  const clients = session.data?.clients ?? [];
  let last: string | null = null;
  try {
    last = localStorage.getItem(LAST_CLIENT);
  } catch {
    // storage may be closed
  }
  const client = clients.find((one) => one.id === last) ?? clients[0];
  if (session.data && !client) {
    return <NoClients session={session.data} onCreated={() => void session.refetch()} />;
  }
  return client ? <Navigate to={`/c/${client.id}`} replace /> : null;
}

function AtClient() {
  const { clientId } = useParams();
  const session = useSession();
  const client = session.data?.clients.find((one) => one.id === clientId);
  useEffect(() => {
    if (client) {
      try {
        localStorage.setItem(LAST_CLIENT, client.id);
      } catch {
        // storage may be closed
      }
    }
  }, [client]);
  if (!session.data) {
    return null;
  }
  if (!client) {
    return (
      <main className="page">
        <NotFound what="client" home="/" />
      </main>
    );
  }
  return <Inside key={client.id} session={session.data} client={client} />;
}

function Inside({ session, client }: { session: Session; client: SessionClient }) {
  const [live, setLive] = useState<LiveState>('polling');
  const [api] = useState(() => new Api(client.id));
  const clock = useQuery({
    queryKey: [client.id, '/fleet-clock'],
    queryFn: ({ signal }) => api.get<FleetClock>('/fleet-clock', undefined, signal),
    refetchInterval: 10_000,
  });
  return (
    <HereContext.Provider value={{ api, client, session, live, path: (to) => `/c/${client.id}${to}` }}>
      <LiveFeed clientId={client.id} onState={setLive}>
        <FleetTime clock={clock.data}>
          <Shell>
            <Outlet />
          </Shell>
        </FleetTime>
      </LiveFeed>
    </HereContext.Provider>
  );
}

export const router = createBrowserRouter([
  { path: '/sign-in', element: <SignIn />, errorElement: <Broken /> },
  { path: '/docs', element: <Docs />, errorElement: <Broken /> },
  {
    element: <SignedIn />,
    errorElement: <Broken />,
    children: [
      { path: '/', element: <AnyClient /> },
      {
        path: '/c/:clientId',
        element: <AtClient />,
        children: [
          {
            errorElement: <Broken />,
            children: [
              { index: true, element: <Home /> },
              { path: 'contacts', element: <Contacts /> },
              { path: 'contacts/:id', element: <ContactPage /> },
              { path: 'imports', element: <Imports /> },
              { path: 'imports/:id', element: <ImportPage /> },
              { path: 'sequences', element: <Sequences /> },
              { path: 'sequences/:id', element: <SequencePage /> },
              { path: 'enrollments', element: <Enrollments /> },
              { path: 'enrollments/:id', element: <EnrollmentPage /> },
              { path: 'operations', element: <Operations /> },
              { path: 'settings', element: <Settings /> },
              { path: 'settings/webhooks', element: <Webhooks /> },
              { path: '*', element: <NotFound what="page" /> },
            ],
          },
        ],
      },
    ],
  },
  { path: '*', element: <Navigate to="/" replace /> },
]);
