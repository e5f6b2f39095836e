import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** On a phone the links do not all fit: bring the open page's into view. */
export function useOpenLinkInView<T extends HTMLElement>() {
  const links = useRef<T>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    links.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [pathname])
  return links
}
