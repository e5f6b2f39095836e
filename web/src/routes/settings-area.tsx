import { Link, Outlet } from '@tanstack/react-router'
import { t } from '@/lib/i18n'
import { useOpenLinkInView } from '@/lib/open-link'
import { useSession } from '@/lib/session'
import { mayEnter, settingsRooms } from './rooms'

/** The frame around everything that is set up once and looked at now and then. */
export function SettingsArea() {
  const { me } = useSession()
  const links = useOpenLinkInView<HTMLElement>()
  const open = settingsRooms.filter((room) => me && mayEnter(me, room))
  return (
    <>
      {open.length > 1 && (
        <nav
          ref={links}
          aria-label={t('Settings')}
          className="fade-right mx-auto flex max-w-4xl gap-1 overflow-x-auto px-4 pt-4"
        >
          {open.map((room) => (
            <Link
              key={room.to}
              to={room.to}
              className="pressable inline-flex shrink-0 touch:min-w-11 justify-center items-center whitespace-nowrap border-transparent border-b-2 px-2 py-1 text-muted hover:text-text [&.active]:border-accent [&.active]:font-medium [&.active]:text-text"
            >
              {t(room.name)}
            </Link>
          ))}
        </nav>
      )}
      <Outlet />
    </>
  )
}
