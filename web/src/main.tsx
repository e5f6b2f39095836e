import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from '@/api/client'
import { Toasts } from '@/components/toast'
import { SessionProvider } from '@/lib/session'
import { router } from '@/routes/router'
import './styles.css'

const theme = localStorage.getItem('theme')
if (theme) document.documentElement.dataset.theme = theme

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
    },
  },
})

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <SessionProvider>
          <RouterProvider router={router} />
          <Toasts />
        </SessionProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
