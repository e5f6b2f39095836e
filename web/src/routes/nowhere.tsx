import { Link } from '@tanstack/react-router'
import { PageFrame } from '@/components/ui'
import { t } from '@/lib/i18n'

/** What an address shows that belongs to no page. */
export function Nowhere() {
  return (
    <PageFrame title={t('There is nothing at this address')}>
      <p>
        {t('It may be mistyped, or what was here has been removed.')}{' '}
        <Link to="/" className="underline">
          {t('To the board')}
        </Link>
      </p>
    </PageFrame>
  )
}
