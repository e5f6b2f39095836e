"""The signed-in person and the team."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import Member, Organization, User
from metacortex.contexts.identity.router.paces import INVITATION_PACE
from metacortex.contexts.identity.schemas import (
    ChangeOrganization,
    ChangeRole,
    InvitationByTokenOut,
    InvitationOut,
    Invite,
    MemberOut,
    MeOut,
    NewInvitationOut,
    OwnOrganizationOut,
    RoleOut,
)
from metacortex.contexts.identity.service import invitations as invitation_service
from metacortex.contexts.identity.service import team as service
from metacortex.contexts.identity.service.sessions import plan_requires_second_factor
from metacortex.platform.http import Envelope, Session, envelope, problems
from metacortex.platform.security import ROLE_PERMISSIONS, Principal, Role
from metacortex.platform.security.dependencies import CurrentMember, ProofNeeded, RecentProof, require

router = APIRouter()

TeamViewer = Annotated[Principal, Depends(require("team:view"))]
TeamEditor = Annotated[Principal, Depends(require("team:edit"))]


@router.get("/api/v1/me", response_model=Envelope[MeOut])
async def read_me(member: CurrentMember, session: Session) -> Any:
    """Return who is signed in, what they may do, and every organization they belong to."""
    me = await service.read_me(session, member)
    return envelope(
        {
            "member": _show_member(me.member, me.user),
            "organization": _show_organization(me.organization),
            "organizations": [
                {"id": organization.id, "name": organization.name, "role": membership.role}
                for membership, organization in me.memberships
            ],
            "permissions": sorted(ROLE_PERMISSIONS[Role(me.member.role)]),
            "restricted": member.restricted,
        }
    )


@router.get("/api/v1/roles", response_model=Envelope[list[RoleOut]])
async def list_roles(_: TeamViewer) -> Any:
    """Return every role and what it may do."""
    return envelope([{"role": role, "permissions": sorted(held)} for role, held in ROLE_PERMISSIONS.items()])


@router.patch(
    "/api/v1/organization",
    response_model=Envelope[OwnOrganizationOut],
    responses=problems(service.FactorOfYourOwnFirst, ProofNeeded),
    dependencies=[RecentProof],
)
async def change_organization(
    body: ChangeOrganization, member: Annotated[Principal, Depends(require("organization:edit"))], session: Session
) -> Any:
    """Rename the organization, or demand a second factor of its members."""
    changed = await service.change_organization(
        session, member, name=body.name, requires_second_factor=body.requires_second_factor
    )
    return envelope(_show_organization(changed))


@router.get("/api/v1/members", response_model=Envelope[list[MemberOut]])
async def list_members(member: TeamViewer, session: Session) -> Any:
    """Return the organization's members in the order they joined."""
    return envelope([_show_member(*one) for one in await queries.find_members(session, member.org_id)])


@router.patch(
    "/api/v1/members/{member_id}",
    response_model=Envelope[MemberOut],
    responses=problems(service.MemberNotFound, service.OnlyOwners, service.RoleBeyondScope, service.LastOwner),
)
async def change_member_role(member_id: UUID, body: ChangeRole, member: TeamEditor, session: Session) -> Any:
    """Give a member another role; it reaches what they are doing within an hour at the latest."""
    return envelope(_show_member(*await service.change_role(session, member, member_id, body.role)))


@router.delete(
    "/api/v1/members/{member_id}",
    status_code=204,
    responses=problems(service.MemberNotFound, service.OnlyOwners, service.LastOwner),
)
async def remove_member(member_id: UUID, member: TeamEditor, session: Session) -> None:
    """Remove a member; their sessions end, their work stays."""
    await service.remove_member(session, member, member_id)


@router.delete(
    "/api/v1/members/{member_id}/sessions",
    status_code=204,
    responses=problems(service.MemberNotFound, service.OnlyOwners, ProofNeeded),
    dependencies=[RecentProof],
)
async def end_member_sessions(member_id: UUID, member: TeamEditor, session: Session) -> None:
    """Sign a member out of this organization on every device, at once; they stay a member and may sign in again."""
    await service.end_member_sessions(session, member, member_id)


@router.post(
    "/api/v1/invitations",
    response_model=Envelope[NewInvitationOut],
    status_code=201,
    responses=problems(
        service.OnlyOwners,
        service.RoleBeyondScope,
        invitation_service.AlreadyMember,
        invitation_service.TooManyInvitations,
    ),
)
async def invite_member(body: Invite, member: TeamEditor, session: Session) -> Any:
    """Invite somebody by a link that works for seven days; the link is shown only in this answer."""
    made = await invitation_service.invite_member(session, member, body)
    return envelope({**InvitationOut.model_validate(made.invitation).model_dump(), "accept_url": made.accept_url})


@router.get("/api/v1/invitations", response_model=Envelope[list[InvitationOut]])
async def list_invitations(member: TeamEditor, session: Session) -> Any:
    """Return the invitations nobody has accepted yet, the newest first."""
    return envelope(await invitation_service.list_invitations(session, member))


@router.delete(
    "/api/v1/invitations/{invitation_id}", status_code=204, responses=problems(invitation_service.InvitationNotFound)
)
async def revoke_invitation(invitation_id: UUID, member: TeamEditor, session: Session) -> None:
    """Take an invitation back; its link stops working."""
    await invitation_service.revoke_invitation(session, member, invitation_id)


@router.get(
    "/api/v1/invitations/by-token/{token}",
    response_model=Envelope[InvitationByTokenOut],
    responses=problems(invitation_service.InvitationNotFound),
    dependencies=[INVITATION_PACE],
)
async def read_invitation(token: Annotated[str, Path(max_length=200)]) -> Any:
    """Return what the holder of an invitation link is invited to."""
    invitation, organization = await invitation_service.read_invitation(token)
    return envelope({"organization_name": organization.name, "email": invitation.email, "role": invitation.role})


def _show_organization(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "name": organization.name,
        "requires_second_factor": organization.requires_second_factor,
        "plan_requires_second_factor": plan_requires_second_factor(organization),
    }


def _show_member(member: Member, user: User) -> dict[str, Any]:
    return {"id": member.id, "user_id": user.id, "name": user.name, "email": user.email, "role": member.role}
