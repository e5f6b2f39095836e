// Made by `make types` from openapi.json; never edited.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AbandonmentOut
         * @description Live answers that found no agent, against the limit.
         */
        AbandonmentOut: {
            /** Abandoned */
            abandoned: number;
            /** Limit */
            limit: number;
            /** Live */
            live: number;
            /**
             * Rate
             * @description With those whom machine detection is assumed to take for machines.
             */
            rate: number;
            window: components["schemas"]["AbandonmentWindow"];
        };
        /**
         * AbandonmentWindow
         * @description The period whose live answers abandonment is counted against.
         * @enum {string}
         */
        AbandonmentWindow: "day" | "thirty-days";
        /**
         * AcceptInvitation
         * @description The token of an invitation, and how its holder wants to be known; known users give their password.
         */
        AcceptInvitation: {
            /**
             * Name
             * @example Asha Rao
             */
            name: string;
            /**
             * Password
             * @example seven green tractors
             */
            password: string;
            /** Token */
            token: string;
        };
        /**
         * AddPasskey
         * @description What the device answered, and what to call it.
         */
        AddPasskey: {
            /** Credential */
            credential: {
                [key: string]: unknown;
            };
            /**
             * Name
             * @example Asha Rao
             */
            name: string;
            /** Token */
            token: string;
        };
        /**
         * AddedOut
         * @description How many numbers were new.
         */
        AddedOut: {
            /** Added */
            added: number;
        };
        /**
         * AddressIn
         * @description An email address or a phone number; only its keyed hash is kept.
         */
        AddressIn: {
            /** Address */
            address: string;
        };
        /**
         * AddressKind
         * @description What an address is.
         * @enum {string}
         */
        AddressKind: "email" | "phone";
        /**
         * AgentChangeOut
         * @description A state an agent was in, from one moment to the next change.
         */
        AgentChangeOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Call Id */
            call_id: string | null;
            /** Campaign Id */
            campaign_id: string | null;
            /** Pause Code */
            pause_code: string | null;
            state: components["schemas"]["AgentState"];
        };
        /**
         * AgentOut
         * @description What an agent is doing now, and since when.
         */
        AgentOut: {
            /** Call Id */
            call_id: string | null;
            /** Campaign Id */
            campaign_id: string | null;
            /**
             * Is Line Up
             * @description Whether the agent's phone is connected and waits for calls.
             */
            is_line_up: boolean;
            /**
             * Member Id
             * Format: uuid
             */
            member_id: string;
            /**
             * Next Pause Code
             * @description The pause that begins when the call at hand is over.
             */
            next_pause_code: string | null;
            /** Pause Code */
            pause_code: string | null;
            /**
             * Since At
             * Format: date-time
             */
            since_at: string;
            state: components["schemas"]["AgentState"];
            /**
             * Until At
             * @description When wrap-up ends by itself.
             */
            until_at: string | null;
        };
        /**
         * AgentState
         * @description What an agent is doing; `reserved` is kept for one call that is being placed.
         * @enum {string}
         */
        AgentState: "offline" | "ready" | "reserved" | "on_call" | "wrap_up" | "paused";
        /**
         * AskReset
         * @description The address whose password is forgotten.
         */
        AskReset: {
            /**
             * Email
             * @example asha@example.com
             */
            email: string;
        };
        /**
         * AskedOut
         * @description What the browser hands to the device, and the token to answer with.
         */
        AskedOut: {
            /** Options */
            options: {
                [key: string]: unknown;
            };
            /** Token */
            token: string;
        };
        /**
         * AttachmentOut
         * @description A file that came with a message.
         */
        AttachmentOut: {
            /** Media Type */
            media_type: string;
            /** Name */
            name: string;
            /** Size */
            size: number;
        };
        /**
         * AuditEntryOut
         * @description One critical act.
         */
        AuditEntryOut: {
            /** Action */
            action: string;
            /** Actor Kind */
            actor_kind: string;
            /** Actor Name */
            actor_name: string | null;
            /** Address */
            address: string | null;
            /** After */
            after: {
                [key: string]: unknown;
            } | null;
            /** Before */
            before: {
                [key: string]: unknown;
            } | null;
            /** Hash */
            hash: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Occurred At
             * Format: date-time
             */
            occurred_at: string;
            /** Request Id */
            request_id: string | null;
            /** Sequence */
            sequence: number;
            /** Subject */
            subject: string;
            /** User Agent */
            user_agent: string | null;
        };
        /**
         * AuthorizationOut
         * @description Where the browser goes next.
         */
        AuthorizationOut: {
            /** Authorization Url */
            authorization_url: string;
        };
        /**
         * Band
         * @description How soon a salesperson should call; `unsure` says that the message holds too little to tell.
         * @enum {string}
         */
        Band: "hot" | "warm" | "cold" | "none" | "unsure";
        /**
         * BestTimeOut
         * @description When people of a country are likeliest to answer, learned from the organization's calls.
         */
        BestTimeOut: {
            /**
             * Calls
             * @description How many calls that hour's rate rests on; old ones count less.
             */
            calls: number;
            /** Country */
            country: string;
            /**
             * Day
             * @description Monday is 0.
             */
            day: number;
            /**
             * Hour
             * @description Where the person is.
             */
            hour: number;
            /** Rate */
            rate: number;
            /** Sentence */
            sentence: string;
        };
        /** Body_upload_import */
        Body_upload_import: {
            /** File */
            file: string;
        };
        /**
         * CallEventOut
         * @description One thing that happened to a call.
         */
        CallEventOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Detail */
            detail: {
                [key: string]: unknown;
            };
            /** Kind */
            kind: string;
            /** Leg Id */
            leg_id: string | null;
        };
        /**
         * CallOut
         * @description A call as it is now.
         */
        CallOut: {
            /** Answered At */
            answered_at: string | null;
            /** Campaign Id */
            campaign_id: string | null;
            /** Connected At */
            connected_at: string | null;
            /**
             * Cost Minor
             * @description In hundredths, or whatever the currency's minor unit is.
             */
            cost_minor: number | null;
            /** Currency */
            currency: string | null;
            /** Disposition */
            disposition: string | null;
            /** Ended At */
            ended_at: string | null;
            /** From */
            from: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Is Muted
             * @description Whether the agent's microphone is closed.
             */
            is_muted: boolean;
            /** Is On Hold */
            is_on_hold: boolean;
            /** Is Recorded */
            is_recorded: boolean;
            /** Lead Id */
            lead_id: string | null;
            /** Legs */
            legs: components["schemas"]["LegOut"][];
            machine: components["schemas"]["Verdict"] | null;
            /**
             * Member Id
             * @description The agent who got the call.
             */
            member_id: string | null;
            mode: components["schemas"]["Mode"];
            /** Note */
            note: string | null;
            outcome: components["schemas"]["Outcome"] | null;
            recording: components["schemas"]["RecordingOut"] | null;
            /** @description Why it was not recorded, although that was wanted. */
            recording_note: components["schemas"]["RecordingNote"] | null;
            /** Requested At */
            requested_at: string | null;
            /** Requested By */
            requested_by: string | null;
            state: components["schemas"]["CallState"];
            /** Talked Seconds */
            talked_seconds: number;
            /** To */
            to: string | null;
            /** @description How the lead is being handed on, while they are. */
            transfer: components["schemas"]["Transfer"] | null;
            /** Variables */
            variables: {
                [key: string]: string;
            };
        };
        /**
         * CallState
         * @description How far a call is, in this order.
         * @enum {string}
         */
        CallState: "requested" | "dialling" | "ringing" | "answered" | "connected" | "ended";
        /**
         * CallingSettingsOut
         * @description How the organization calls.
         */
        CallingSettingsOut: {
            /** Announcement */
            announcement: string | null;
            /** Attempts A Day */
            attempts_a_day: number | null;
            /** Caller Ids */
            caller_ids: string[];
            /** Calls Hot Leads */
            calls_hot_leads: boolean;
            /** Calls Per Number A Day */
            calls_per_number_a_day: number | null;
            /** Calls Per Number At Once */
            calls_per_number_at_once: number | null;
            /** Closes At */
            closes_at: string | null;
            /** Currency */
            currency: string | null;
            /** Is Recorded */
            is_recorded: boolean;
            /** Minute Cost Minor */
            minute_cost_minor: number | null;
            /** Opens At */
            opens_at: string | null;
            /** Ring Seconds */
            ring_seconds: number;
            ringing: components["schemas"]["Ringing"];
        };
        /**
         * CampaignLiveOut
         * @description A campaign as it runs.
         */
        CampaignLiveOut: {
            abandonment: components["schemas"]["AbandonmentOut"];
            /** Agents */
            agents: {
                [key: string]: number;
            };
            last_decision: components["schemas"]["DecisionOut"] | null;
            mode: components["schemas"]["CampaignMode"];
            /**
             * Next At
             * @description When the next target that waits may be called.
             */
            next_at: string | null;
            /**
             * Outcomes
             * @description Of calls that ended in the last 24 hours.
             */
            outcomes: {
                [key: string]: number;
            };
            /**
             * Refusals
             * @description Why targets that wait were not called when it was their turn.
             */
            refusals: {
                [key: string]: number;
            };
            /** Ringing */
            ringing: number;
            state: components["schemas"]["CampaignState"];
            /** Talking */
            talking: number;
            /** Targets */
            targets: {
                [key: string]: number;
            };
            /**
             * Waiting
             * @description Answered, with no agent yet.
             */
            waiting: number;
        };
        /**
         * CampaignMode
         * @description How a dial campaign places calls for its agents.
         * @enum {string}
         */
        CampaignMode: "preview" | "progressive" | "power" | "predictive";
        /**
         * CampaignOut
         * @description A dial campaign; `targets` counts its list by state.
         */
        CampaignOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Ended At */
            ended_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            mode: components["schemas"]["CampaignMode"];
            /** Name */
            name: string;
            /** Script Id */
            script_id: string | null;
            settings: components["schemas"]["CampaignSettings"];
            /** Started At */
            started_at: string | null;
            state: components["schemas"]["CampaignState"];
            /** Targets */
            targets: {
                [key: string]: number;
            };
        };
        /**
         * CampaignSettings
         * @description How a campaign dials; what is left out has its default.
         */
        CampaignSettings: {
            /**
             * Abandonment Limit
             * @description The share of live answers that may find no agent; left out: as the law says. 1: no limit.
             * @default 0.03
             */
            abandonment_limit: number;
            /**
             * Abandonment Sound
             * @description What a lead hears for whom nobody was free.
             */
            abandonment_sound?: string | null;
            /**
             * @description Left out: the shortest that a law of the people on the list names.
             * @default thirty-days
             */
            abandonment_window: components["schemas"]["AbandonmentWindow"];
            /**
             * Attempts
             * @description Most attempts at one target, whatever the outcomes.
             * @default 6
             */
            attempts: number;
            /**
             * Caller Ids
             * @description Of the organization's numbers; none: any.
             * @default []
             */
            caller_ids: string[];
            /**
             * Calls Per Second
             * @default 2
             */
            calls_per_second: number;
            /** Closes At */
            closes_at?: string | null;
            /**
             * Concurrency
             * @default 50
             */
            concurrency: number;
            /**
             * Detect Machine
             * @default false
             */
            detect_machine: boolean;
            /**
             * Dispositions
             * @description Offered to agents; none: all.
             * @default []
             */
            dispositions: string[];
            /**
             * Hold Seconds
             * @description How long a lead waits for an agent before the message; the law wants 2 at most.
             * @default 2
             */
            hold_seconds: number;
            /**
             * Machine Error Share
             * @description The share of people who answer whom machine detection takes for machines, by your estimate. With detection on they count as abandoned.
             * @default 0.01
             */
            machine_error_share: number;
            /**
             * Opens At
             * @description Own hours in the zone of the person called, inside the law's.
             */
            opens_at?: string | null;
            /**
             * Purpose
             * @description What it is about: laws differ on calls about debts.
             * @default sales
             * @enum {string}
             */
            purpose: "sales" | "debt";
            /**
             * Ratio
             * @description Power mode: most lines per ready agent; the limit may say fewer.
             * @default 1.5
             */
            ratio: number;
            /**
             * Record
             * @description Null: as the organization's settings say.
             */
            record?: boolean | null;
            /**
             * Recycling
             * @description Per outcome; what is left out has its default.
             * @default {}
             */
            recycling: {
                [key: string]: components["schemas"]["RecyclingRule"];
            };
            /**
             * Ring Seconds
             * @default 25
             */
            ring_seconds: number;
            /**
             * Voicemail Sound
             * @description Left on answering machines; null: hang up.
             */
            voicemail_sound?: string | null;
            /**
             * Wrap Up Seconds
             * @default 60
             */
            wrap_up_seconds: number;
        };
        /**
         * CampaignState
         * @description How far a dial campaign is; a draining one places no new calls and is stopped when the last one ends.
         * @enum {string}
         */
        CampaignState: "draft" | "running" | "paused" | "draining" | "stopped" | "done";
        /**
         * ChangeCallingSettings
         * @description What to change; what is left out stays.
         */
        ChangeCallingSettings: {
            /** Announcement */
            announcement?: string | null;
            /** Attempts A Day */
            attempts_a_day?: number | null;
            /** Caller Ids */
            caller_ids?: string[] | null;
            /** Calls Hot Leads */
            calls_hot_leads?: boolean | null;
            /**
             * Calls Per Number A Day
             * @description How often each of `caller_ids` is shown in 24 hours; null: no limit.
             */
            calls_per_number_a_day?: number | null;
            /**
             * Calls Per Number At Once
             * @description In how many calls each of `caller_ids` is at once; null: no limit.
             */
            calls_per_number_at_once?: number | null;
            /** Closes At */
            closes_at?: string | null;
            /** Currency */
            currency?: string | null;
            /** Is Recorded */
            is_recorded?: boolean | null;
            /** Minute Cost Minor */
            minute_cost_minor?: number | null;
            /** Opens At */
            opens_at?: string | null;
            /** Ring Seconds */
            ring_seconds?: number | null;
            ringing?: components["schemas"]["Ringing"] | null;
        };
        /**
         * ChangeCampaign
         * @description What to change; what is left out stays. Settings are replaced as a whole, and take effect at the next call.
         */
        ChangeCampaign: {
            mode?: components["schemas"]["CampaignMode"] | null;
            /** Name */
            name?: string | null;
            /** Script Id */
            script_id?: string | null;
            settings?: components["schemas"]["CampaignSettings"] | null;
        };
        /**
         * ChangeLead
         * @description What to change; fields left out stay.
         */
        ChangeLead: {
            contact?: components["schemas"]["ContactChange"] | null;
            /** Owner Id */
            owner_id?: string | null;
            /** Stage Id */
            stage_id?: string | null;
            /** Title */
            title?: string | null;
        };
        /**
         * ChangeOrganization
         * @description What to change of the organization; what is left out stays.
         */
        ChangeOrganization: {
            /** Name */
            name?: string | null;
            /** Requires Second Factor */
            requires_second_factor?: boolean | null;
        };
        /**
         * ChangePassword
         * @description The password now, and the one to have from now on.
         */
        ChangePassword: {
            /**
             * Current
             * @example seven green tractors
             */
            current: string;
            /**
             * New
             * @example seven green tractors
             */
            new: string;
        };
        /**
         * ChangePhone
         * @description The name of a SIP or WebRTC account at the organization's Asterisk, or a phone number; one of both.
         */
        ChangePhone: {
            /** Account */
            account?: string | null;
            /** Number */
            number?: string | null;
        };
        /**
         * ChangeRetentionRuleIn
         * @description Keep a kind of data for so many days.
         */
        ChangeRetentionRuleIn: {
            /** Keep Days */
            keep_days: number;
        };
        /**
         * ChangeRole
         * @description The role a member is to have.
         */
        ChangeRole: {
            role: components["schemas"]["Role"];
        };
        /**
         * ChangeSourceIn
         * @description A new name, or on and off.
         */
        ChangeSourceIn: {
            /** Active */
            active?: boolean | null;
            /** Name */
            name?: string | null;
        };
        /**
         * ChangeTask
         * @description What to change about a task; fields left out stay.
         */
        ChangeTask: {
            /** Assignee Id */
            assignee_id?: string | null;
            /**
             * Done
             * @description true: done now; false: open again.
             */
            done?: boolean | null;
            /** Due At */
            due_at?: string | null;
            /** Title */
            title?: string | null;
        };
        /**
         * Channel
         * @description By what way a person is reached, or their data leaves us.
         * @enum {string}
         */
        Channel: "email" | "phone" | "sms" | "whatsapp" | "upload";
        /**
         * CheckIn
         * @description May this address be used?
         */
        CheckIn: {
            /** Address */
            address: string;
            channel: components["schemas"]["Channel"];
            /** Country */
            country?: string | null;
            purpose: components["schemas"]["Purpose"];
        };
        /**
         * CheckOut
         * @description The basis an act would rest on, or why it is not allowed.
         */
        CheckOut: {
            /** Allowed */
            allowed: boolean;
            /** Basis */
            basis: string | null;
            /** Law */
            law: string | null;
            /** Refused For */
            refused_for: components["schemas"]["SuppressionReason"] | "no_consent" | null;
            /** Since */
            since: string | null;
        };
        /**
         * ClerkToken
         * @description A session token that Clerk's page got for the person.
         */
        ClerkToken: {
            /** Token */
            token: string;
        };
        /**
         * ColumnField
         * @description What a column of an uploaded table holds.
         * @enum {string}
         */
        ColumnField: "name" | "email" | "phone" | "company" | "time_zone" | "country" | "region" | "postal_code" | "consent_source" | "consented_at" | "consent_text" | "message" | "title" | "source" | "ignore";
        /**
         * ConfirmCode
         * @description A code the authenticator app shows.
         */
        ConfirmCode: {
            /**
             * Code
             * @example 492039
             */
            code: string;
        };
        /**
         * ConsentOut
         * @description A recorded decision; the address is gone once the person was erased.
         */
        ConsentOut: {
            /** Actor Id */
            actor_id: string | null;
            /** Address */
            address: string | null;
            address_kind: components["schemas"]["AddressKind"];
            /**
             * At
             * Format: date-time
             */
            at: string;
            channel: components["schemas"]["Channel"];
            /** Client Address */
            client_address: string | null;
            decision: components["schemas"]["Decision"];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Proof */
            proof: {
                [key: string]: unknown;
            };
            purpose: components["schemas"]["Purpose"];
            /** Source */
            source: string;
            /** Text Id */
            text_id: string | null;
        };
        /**
         * ConsentTextOut
         * @description A published text; it never changes.
         */
        ConsentTextOut: {
            channel: components["schemas"]["Channel"];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Language */
            language: string;
            /**
             * Published At
             * Format: date-time
             */
            published_at: string;
            /**
             * Published By
             * Format: uuid
             */
            published_by: string;
            purpose: components["schemas"]["Purpose"];
            /** Text */
            text: string;
            /** Version */
            version: number;
        };
        /**
         * ContactChange
         * @description What to correct about the contact; null empties a value.
         */
        ContactChange: {
            /** Company */
            company?: string | null;
            /**
             * Country
             * @description ISO 3166-1 alpha-2, or an English name.
             */
            country?: string | null;
            /** Email */
            email?: string | null;
            /** Name */
            name?: string | null;
            /** Phone */
            phone?: string | null;
            /** Postal Code */
            postal_code?: string | null;
            /**
             * Region
             * @description State or province: its code or name.
             */
            region?: string | null;
            /**
             * Time Zone
             * @description IANA name; it decides when they may be called.
             */
            time_zone?: string | null;
        };
        /**
         * ContactOut
         * @description Who the lead is about.
         */
        ContactOut: {
            /** Company */
            company: string | null;
            /** Country */
            country: string | null;
            /** Email */
            email: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string | null;
            /** Phone */
            phone: string | null;
            /** Postal Code */
            postal_code: string | null;
            /** Region */
            region: string | null;
            /** Time Zone */
            time_zone: string | null;
        };
        /**
         * ContributionOut
         * @description A reason for the score; points are signed.
         */
        ContributionOut: {
            /** End */
            end: number | null;
            /** Label */
            label: string;
            /** Points */
            points: number;
            /** Quote */
            quote: string | null;
            /** Start */
            start: number | null;
        };
        /**
         * CreatedLeadOut
         * @description The lead that was made, or that of the same person which it was joined to.
         */
        CreatedLeadOut: {
            /**
             * Contact Id
             * Format: uuid
             */
            contact_id: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Joined */
            joined: boolean;
        };
        /**
         * CreatedOut
         * @description The id of what was made.
         */
        CreatedOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
        };
        /**
         * DataKind
         * @description Kinds of data that are kept for a limited time.
         * @enum {string}
         */
        DataKind: "raw_mail" | "closed_messages" | "import_files" | "exports" | "dead_letters" | "events" | "recordings" | "call_events" | "dial_decisions" | "agent_changes";
        /**
         * DeadLetterOut
         * @description A job that was given up.
         */
        DeadLetterOut: {
            /** Args */
            args: {
                [key: string]: unknown;
            };
            /** Attempts */
            attempts: number;
            /** Error */
            error: string;
            /**
             * Failed At
             * Format: date-time
             */
            failed_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Job */
            job: string;
        };
        /**
         * Decision
         * @description What a person said about a purpose and channel.
         * @enum {string}
         */
        Decision: "given" | "withdrawn";
        /**
         * DecisionOut
         * @description How many calls were placed at a moment, and why.
         */
        DecisionOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Calls */
            calls: number;
            /** Capped By */
            capped_by: string | null;
            /** Detail */
            detail: {
                [key: string]: unknown;
            };
            /** Reason */
            reason: string;
        };
        /**
         * Dispose
         * @description How the conversation ended.
         */
        Dispose: {
            /**
             * Callback At
             * @description The agreed minute; for dispositions that call back.
             */
            callback_at?: string | null;
            /**
             * Callback Mine
             * @description Whether you call back yourself, or anybody.
             * @default true
             */
            callback_mine: boolean;
            /**
             * Code
             * @example lunch
             */
            code: string;
            /**
             * Note
             * @default
             */
            note: string;
        };
        /**
         * DispositionGivenOut
         * @description What was noted of a conversation.
         */
        DispositionGivenOut: {
            /**
             * Call Id
             * Format: uuid
             */
            call_id: string;
            /** Callback At */
            callback_at: string | null;
            /** Code */
            code: string;
            effect: components["schemas"]["Effect"];
            /** Note */
            note: string;
        };
        /**
         * DispositionOut
         * @description How a conversation can end in the agent's words, and what follows for the target and the lead.
         */
        DispositionOut: {
            /** Again After Seconds */
            again_after_seconds: number | null;
            /** Code */
            code: string;
            effect: components["schemas"]["Effect"];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Contact */
            is_contact: boolean;
            /** Label */
            label: string;
            /** Stage Kind */
            stage_kind: ("open" | "won" | "lost") | null;
        };
        /**
         * DoNotCallOut
         * @description A number, or a beginning of numbers, that is not called.
         */
        DoNotCallOut: {
            /**
             * Added At
             * Format: date-time
             */
            added_at: string;
            /** Added By */
            added_by: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Number */
            number: string;
            /** Reason */
            reason: string;
        };
        /**
         * Effect
         * @description What a disposition means for the person who was called.
         * @enum {string}
         */
        Effect: "done" | "again" | "callback" | "do-not-call";
        /** Envelope[AddedOut] */
        Envelope_AddedOut_: {
            data: components["schemas"]["AddedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[AgentOut] */
        Envelope_AgentOut_: {
            data: components["schemas"]["AgentOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[AskedOut] */
        Envelope_AskedOut_: {
            data: components["schemas"]["AskedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[AuthorizationOut] */
        Envelope_AuthorizationOut_: {
            data: components["schemas"]["AuthorizationOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CallOut] */
        Envelope_CallOut_: {
            data: components["schemas"]["CallOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CallingSettingsOut] */
        Envelope_CallingSettingsOut_: {
            data: components["schemas"]["CallingSettingsOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CampaignLiveOut] */
        Envelope_CampaignLiveOut_: {
            data: components["schemas"]["CampaignLiveOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CampaignOut] */
        Envelope_CampaignOut_: {
            data: components["schemas"]["CampaignOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CheckOut] */
        Envelope_CheckOut_: {
            data: components["schemas"]["CheckOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ConsentOut] */
        Envelope_ConsentOut_: {
            data: components["schemas"]["ConsentOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ConsentTextOut] */
        Envelope_ConsentTextOut_: {
            data: components["schemas"]["ConsentTextOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CreatedLeadOut] */
        Envelope_CreatedLeadOut_: {
            data: components["schemas"]["CreatedLeadOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[CreatedOut] */
        Envelope_CreatedOut_: {
            data: components["schemas"]["CreatedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[DispositionGivenOut] */
        Envelope_DispositionGivenOut_: {
            data: components["schemas"]["DispositionGivenOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[DispositionOut] */
        Envelope_DispositionOut_: {
            data: components["schemas"]["DispositionOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[FactorsOut] */
        Envelope_FactorsOut_: {
            data: components["schemas"]["FactorsOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[FeedbackOut] */
        Envelope_FeedbackOut_: {
            data: components["schemas"]["FeedbackOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[FillOut] */
        Envelope_FillOut_: {
            data: components["schemas"]["FillOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[FormReceivedOut] */
        Envelope_FormReceivedOut_: {
            data: components["schemas"]["FormReceivedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[IdealCustomerOut] */
        Envelope_IdealCustomerOut_: {
            data: components["schemas"]["IdealCustomerOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ImportOut] */
        Envelope_ImportOut_: {
            data: components["schemas"]["ImportOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[InboundOut] */
        Envelope_InboundOut_: {
            data: components["schemas"]["InboundOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[InvitationByTokenOut] */
        Envelope_InvitationByTokenOut_: {
            data: components["schemas"]["InvitationByTokenOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[LeadCard] */
        Envelope_LeadCard_: {
            data: components["schemas"]["LeadCard"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[MeOut] */
        Envelope_MeOut_: {
            data: components["schemas"]["MeOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[MemberOut] */
        Envelope_MemberOut_: {
            data: components["schemas"]["MemberOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[NewInvitationOut] */
        Envelope_NewInvitationOut_: {
            data: components["schemas"]["NewInvitationOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[NewKeyOut] */
        Envelope_NewKeyOut_: {
            data: components["schemas"]["NewKeyOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[OwnOrganizationOut] */
        Envelope_OwnOrganizationOut_: {
            data: components["schemas"]["OwnOrganizationOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[PasskeyOut] */
        Envelope_PasskeyOut_: {
            data: components["schemas"]["PasskeyOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[PauseCodeOut] */
        Envelope_PauseCodeOut_: {
            data: components["schemas"]["PauseCodeOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[PlacedOut] */
        Envelope_PlacedOut_: {
            data: components["schemas"]["PlacedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[PreflightOut] */
        Envelope_PreflightOut_: {
            data: components["schemas"]["PreflightOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[PreviewOut] */
        Envelope_PreviewOut_: {
            data: components["schemas"]["PreviewOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[PrivacyRequestOut] */
        Envelope_PrivacyRequestOut_: {
            data: components["schemas"]["PrivacyRequestOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ProofOut] */
        Envelope_ProofOut_: {
            data: components["schemas"]["ProofOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ProvidersOut] */
        Envelope_ProvidersOut_: {
            data: components["schemas"]["ProvidersOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[QualificationOut] */
        Envelope_QualificationOut_: {
            data: components["schemas"]["QualificationOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[RecordingLinkOut] */
        Envelope_RecordingLinkOut_: {
            data: components["schemas"]["RecordingLinkOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[RecoveryCodesOut] */
        Envelope_RecoveryCodesOut_: {
            data: components["schemas"]["RecoveryCodesOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[RemovedOut] */
        Envelope_RemovedOut_: {
            data: components["schemas"]["RemovedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ReplayedOut] */
        Envelope_ReplayedOut_: {
            data: components["schemas"]["ReplayedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[RetentionRuleOut] */
        Envelope_RetentionRuleOut_: {
            data: components["schemas"]["RetentionRuleOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[ScriptOut] */
        Envelope_ScriptOut_: {
            data: components["schemas"]["ScriptOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[SignedInOut] */
        Envelope_SignedInOut_: {
            data: components["schemas"]["SignedInOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[SourceOut] */
        Envelope_SourceOut_: {
            data: components["schemas"]["SourceOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[SpokenScriptOut] */
        Envelope_SpokenScriptOut_: {
            data: components["schemas"]["SpokenScriptOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[SuppressedOut] */
        Envelope_SuppressedOut_: {
            data: components["schemas"]["SuppressedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[TargetOut] */
        Envelope_TargetOut_: {
            data: components["schemas"]["TargetOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[TaskOut] */
        Envelope_TaskOut_: {
            data: components["schemas"]["TaskOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[TotpSetUpOut] */
        Envelope_TotpSetUpOut_: {
            data: components["schemas"]["TotpSetUpOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[Union[AgentOut, NoneType]] */
        Envelope_Union_AgentOut__NoneType__: {
            data: components["schemas"]["AgentOut"] | null;
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[Union[PhoneOut, NoneType]] */
        Envelope_Union_PhoneOut__NoneType__: {
            data: components["schemas"]["PhoneOut"] | null;
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[Union[PreflightOut, NoneType]] */
        Envelope_Union_PreflightOut__NoneType__: {
            data: components["schemas"]["PreflightOut"] | null;
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[UnsubscribedOut] */
        Envelope_UnsubscribedOut_: {
            data: components["schemas"]["UnsubscribedOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[UploadOut] */
        Envelope_UploadOut_: {
            data: components["schemas"]["UploadOut"];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[dict[str, Any]] */
        Envelope_dict_str__Any__: {
            /** Data */
            data: {
                [key: string]: unknown;
            };
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[AgentChangeOut]] */
        Envelope_list_AgentChangeOut__: {
            /** Data */
            data: components["schemas"]["AgentChangeOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[AgentOut]] */
        Envelope_list_AgentOut__: {
            /** Data */
            data: components["schemas"]["AgentOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[BestTimeOut]] */
        Envelope_list_BestTimeOut__: {
            /** Data */
            data: components["schemas"]["BestTimeOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[CallEventOut]] */
        Envelope_list_CallEventOut__: {
            /** Data */
            data: components["schemas"]["CallEventOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[CampaignOut]] */
        Envelope_list_CampaignOut__: {
            /** Data */
            data: components["schemas"]["CampaignOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[ConsentTextOut]] */
        Envelope_list_ConsentTextOut__: {
            /** Data */
            data: components["schemas"]["ConsentTextOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[DispositionOut]] */
        Envelope_list_DispositionOut__: {
            /** Data */
            data: components["schemas"]["DispositionOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[FillOut]] */
        Envelope_list_FillOut__: {
            /** Data */
            data: components["schemas"]["FillOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[IdentityOut]] */
        Envelope_list_IdentityOut__: {
            /** Data */
            data: components["schemas"]["IdentityOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[InvitationOut]] */
        Envelope_list_InvitationOut__: {
            /** Data */
            data: components["schemas"]["InvitationOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[KeyOut]] */
        Envelope_list_KeyOut__: {
            /** Data */
            data: components["schemas"]["KeyOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[MemberOut]] */
        Envelope_list_MemberOut__: {
            /** Data */
            data: components["schemas"]["MemberOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[PauseCodeOut]] */
        Envelope_list_PauseCodeOut__: {
            /** Data */
            data: components["schemas"]["PauseCodeOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[PhoneOut]] */
        Envelope_list_PhoneOut__: {
            /** Data */
            data: components["schemas"]["PhoneOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[RetentionRuleOut]] */
        Envelope_list_RetentionRuleOut__: {
            /** Data */
            data: components["schemas"]["RetentionRuleOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[RoleOut]] */
        Envelope_list_RoleOut__: {
            /** Data */
            data: components["schemas"]["RoleOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[ScriptOut]] */
        Envelope_list_ScriptOut__: {
            /** Data */
            data: components["schemas"]["ScriptOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[SessionOut]] */
        Envelope_list_SessionOut__: {
            /** Data */
            data: components["schemas"]["SessionOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[SourceOut]] */
        Envelope_list_SourceOut__: {
            /** Data */
            data: components["schemas"]["SourceOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[StageOut]] */
        Envelope_list_StageOut__: {
            /** Data */
            data: components["schemas"]["StageOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[SuppressionCountOut]] */
        Envelope_list_SuppressionCountOut__: {
            /** Data */
            data: components["schemas"]["SuppressionCountOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /** Envelope[list[TaskOut]] */
        Envelope_list_TaskOut__: {
            /** Data */
            data: components["schemas"]["TaskOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            /**
             * Meta
             * @default {}
             */
            meta: {
                [key: string]: unknown;
            };
        };
        /**
         * FactorsOut
         * @description By what the signed-in person can prove who they are.
         */
        FactorsOut: {
            /** Email */
            email: string;
            /** Email Verified */
            email_verified: boolean;
            /** Has Password */
            has_password: boolean;
            /** Has Totp */
            has_totp: boolean;
            /** Passkeys */
            passkeys: components["schemas"]["PasskeyOut"][];
            /** Passkeys Possible */
            passkeys_possible: boolean;
            /** Recovery Codes Left */
            recovery_codes_left: number;
        };
        /**
         * FederatedSignUp
         * @description The one-time token with which an issuer's page led back here, and what the organization is called.
         */
        FederatedSignUp: {
            /** Name */
            name?: string | null;
            /**
             * Organization Name
             * @example Rao Interiors
             */
            organization_name: string;
            /** Token */
            token: string;
        };
        /**
         * FeedbackIn
         * @description Whether the reading was right, and what would have been.
         */
        FeedbackIn: {
            band?: components["schemas"]["Band"] | null;
            intent?: components["schemas"]["Intent"] | null;
            /** Note */
            note?: string | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "right" | "wrong";
        };
        /**
         * FeedbackOut
         * @description A kept verdict.
         */
        FeedbackOut: {
            band: components["schemas"]["Band"] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            intent: components["schemas"]["Intent"] | null;
            /** Note */
            note: string | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "right" | "wrong";
        };
        /**
         * FieldError
         * @description One thing that is wrong with one part of what was sent.
         */
        FieldError: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * FieldOut
         * @description A fact with the place it was read from; without a quote it comes from the message's header.
         */
        FieldOut: {
            /** Confidence */
            confidence: number;
            /** End */
            end: number | null;
            /** Name */
            name: string;
            /** Quote */
            quote: string | null;
            /** Start */
            start: number | null;
            /** Value */
            value: string | number;
        };
        /**
         * FillOut
         * @description How far putting people on the list is, and who was left out.
         */
        FillOut: {
            /** Added */
            added: number;
            /**
             * Bad Numbers
             * @description By reason.
             */
            bad_numbers: {
                [key: string]: number;
            };
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Duplicates */
            duplicates: number;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Message */
            message: string | null;
            /** Read */
            read: number;
            /**
             * Source
             * @enum {string}
             */
            source: "leads" | "table";
            state: components["schemas"]["FillState"];
        };
        /**
         * FillState
         * @description How far the filling of a list, or its preflight, is.
         * @enum {string}
         */
        FillState: "running" | "done" | "failed";
        /**
         * FormReceivedOut
         * @description What a visitor sent was kept.
         */
        FormReceivedOut: {
            /**
             * Received
             * @constant
             */
            received: true;
        };
        /**
         * GiveCode
         * @description The token of a sign-in half done, and a code of the authenticator app or a recovery code.
         */
        GiveCode: {
            /**
             * Code
             * @example 492039
             */
            code: string;
            /** Token */
            token: string;
        };
        /**
         * GivePasskey
         * @description What the device answered: a PublicKeyCredential as JSON.
         */
        GivePasskey: {
            /** Credential */
            credential: {
                [key: string]: unknown;
            };
            /** Token */
            token: string;
        };
        /**
         * GiveProof
         * @description The password, or the code of the authenticator app where one is set up.
         */
        GiveProof: {
            /** Code */
            code?: string | null;
            /** Password */
            password?: string | null;
        };
        /**
         * IdealCustomerIn
         * @description Whom the organization wants, in words, and how much single signals count (1 is as usual).
         */
        IdealCustomerIn: {
            /** Description */
            description: string;
            /** Weights */
            weights?: {
                [key: string]: number;
            };
        };
        /**
         * IdealCustomerOut
         * @description What scores are measured by; version 0 and no date until somebody described it.
         */
        IdealCustomerOut: {
            /** Description */
            description: string;
            /** Updated At */
            updated_at: string | null;
            /** Version */
            version: number;
            /** Weights */
            weights: {
                [key: string]: number;
            };
        };
        /**
         * IdentityOut
         * @description An outside identity that signs the person in.
         */
        IdentityOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Email */
            email: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Issuer */
            issuer: string;
            /** Provider */
            provider: string;
        };
        /**
         * ImportOut
         * @description How far an uploaded table is.
         */
        ImportOut: {
            /** Columns */
            columns: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created Count */
            created_count: number;
            /** Done Count */
            done_count: number;
            /** Error */
            error: string | null;
            /** File Name */
            file_name: string;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Joined Count */
            joined_count: number;
            /** Mapping */
            mapping: {
                [key: string]: components["schemas"]["ColumnField"];
            };
            /** Refused Count */
            refused_count: number;
            /** Row Count */
            row_count: number;
            state: components["schemas"]["ImportState"];
        };
        /**
         * ImportState
         * @description How far an uploaded table is.
         * @enum {string}
         */
        ImportState: "uploaded" | "running" | "done" | "failed";
        /**
         * InboundOut
         * @description A message as it arrived, and what became of it.
         */
        InboundOut: {
            /** Attempts */
            attempts: number;
            channel: components["schemas"]["SourceKind"];
            /** Error */
            error: string | null;
            /** From Email */
            from_email: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Lead Id */
            lead_id: string | null;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            state: components["schemas"]["InboundState"];
            /** Subject */
            subject: string | null;
        };
        /**
         * InboundState
         * @description What became of a message that was accepted.
         * @enum {string}
         */
        InboundState: "received" | "read" | "failed";
        /**
         * Intent
         * @description What the writer of a message wants.
         * @enum {string}
         */
        Intent: "buy" | "book" | "price_question" | "information" | "support" | "partnership" | "job_application" | "vendor_pitch" | "automatic" | "spam" | "other";
        /**
         * InvitationByTokenOut
         * @description What the holder of an invitation is invited to.
         */
        InvitationByTokenOut: {
            /** Email */
            email: string;
            /** Organization Name */
            organization_name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * InvitationOut
         * @description An invitation nobody has accepted yet.
         */
        InvitationOut: {
            /** Email */
            email: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            role: components["schemas"]["Role"];
        };
        /**
         * Invite
         * @description Whom to invite, as what.
         */
        Invite: {
            /**
             * Email
             * @example asha@example.com
             */
            email: string;
            role: components["schemas"]["Role"];
        };
        /**
         * KeyOut
         * @description An API key as it can be shown: without its secret.
         */
        KeyOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Made By */
            made_by: string;
            /** Name */
            name: string;
            /** Prefix */
            prefix: string;
            /** Scopes */
            scopes: string[];
            /** Used At */
            used_at: string | null;
        };
        /**
         * KeySetOut
         * @description The public keys of access tokens, as a JSON Web Key Set.
         */
        KeySetOut: {
            /** Keys */
            keys: {
                [key: string]: unknown;
            }[];
        };
        /**
         * LeadCard
         * @description A lead as the board shows it.
         */
        LeadCard: {
            /** Band */
            band: string | null;
            /** Channel */
            channel: string;
            contact: components["schemas"]["ContactOut"];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Intent */
            intent: string | null;
            /** Language */
            language: string | null;
            /** Last Message At */
            last_message_at: string | null;
            /** Message Count */
            message_count: number;
            /** Next Step */
            next_step: string | null;
            /** Owner Id */
            owner_id: string | null;
            /** Reasons */
            reasons: components["schemas"]["ReasonOut"][];
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /** Score */
            score: number | null;
            /**
             * Score State
             * @enum {string}
             */
            score_state: "waiting" | "scored" | "not_enough" | "failed";
            /** Source */
            source: string;
            /**
             * Stage Id
             * Format: uuid
             */
            stage_id: string;
            /** Summary */
            summary: string | null;
            /** Title */
            title: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * LeadFilter
         * @description Which leads to put on the list; every condition given must hold. Closed leads are left out unless asked for.
         */
        LeadFilter: {
            /** Band */
            band?: string | null;
            /** Intent */
            intent?: string | null;
            /** Owner Id */
            owner_id?: string | null;
            /** Source */
            source?: string | null;
            /** Stage Id */
            stage_id?: string | null;
        };
        /**
         * LegOut
         * @description One phone of a call.
         */
        LegOut: {
            /** Answered At */
            answered_at: string | null;
            /**
             * Cause
             * @description Q.850 cause of the hang-up, as Asterisk gave it.
             */
            cause: number | null;
            /** Ended At */
            ended_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Is Joined
             * @description Whether this phone is in the conversation.
             */
            is_joined: boolean;
            /**
             * Is Muted
             * @description Whether its microphone is closed.
             */
            is_muted: boolean;
            /** Member Id */
            member_id: string | null;
            /** @description How a supervisor takes part. */
            monitoring: components["schemas"]["Monitoring"] | null;
            /** Number */
            number: string | null;
            outcome: components["schemas"]["Outcome"] | null;
            party: components["schemas"]["Party"];
            /** Ringing At */
            ringing_at: string | null;
            state: components["schemas"]["LegState"];
            /**
             * Timeout Seconds
             * @description How long it rings, at most.
             */
            timeout_seconds: number;
        };
        /**
         * LegState
         * @description How far one leg is, in this order; `planned` has not been asked for yet.
         * @enum {string}
         */
        LegState: "planned" | "requested" | "dialling" | "ringing" | "up" | "ended";
        /**
         * LinkIdentity
         * @description The issuer to add, and the page of this product to come back to.
         */
        LinkIdentity: {
            /**
             * Next
             * @default /
             */
            next: string;
            /** Provider */
            provider: string;
        };
        /**
         * MeOut
         * @description The signed-in person.
         */
        MeOut: {
            member: components["schemas"]["MemberOut"];
            organization: components["schemas"]["OwnOrganizationOut"];
            /** Organizations */
            organizations: components["schemas"]["MembershipOut"][];
            /** Permissions */
            permissions: string[];
            /** Restricted */
            restricted: boolean;
        };
        /**
         * MemberOut
         * @description A member of the organization.
         */
        MemberOut: {
            /** Email */
            email: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * MembershipOut
         * @description An organization the person belongs to, and as what.
         */
        MembershipOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            role: components["schemas"]["Role"];
        };
        /**
         * MessageOut
         * @description One message of a lead, as safe plain text.
         */
        MessageOut: {
            /** Attachments */
            attachments: components["schemas"]["AttachmentOut"][];
            /** Automatic */
            automatic: boolean;
            /**
             * Conversation Id
             * Format: uuid
             */
            conversation_id: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "in" | "out";
            /** From Email */
            from_email: string;
            /** From Name */
            from_name: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Lead Id
             * Format: uuid
             */
            lead_id: string;
            /** Quoted */
            quoted: string;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /** Sent At */
            sent_at: string | null;
            /** Signature */
            signature: string;
            /** Subject */
            subject: string;
            /** Text */
            text: string;
        };
        /**
         * Mode
         * @description Who is rung first; `direct` rings the lead alone, `line` an agent, who stays connected and waits for leads.
         * @enum {string}
         */
        Mode: "agent-first" | "lead-first" | "direct" | "line";
        /**
         * MonitorCall
         * @description How to take part in somebody else's call; your own phone rings.
         */
        MonitorCall: {
            /** @default listen */
            monitoring: components["schemas"]["Monitoring"];
        };
        /**
         * Monitoring
         * @description How a supervisor takes part: hears both, is heard by the agent alone, or by both.
         * @enum {string}
         */
        Monitoring: "listen" | "whisper" | "barge";
        /**
         * NewCall
         * @description A call to place. Without `to` the lead's own number is called; without agents, yours is the phone that rings.
         */
        NewCall: {
            /**
             * Agent Ids
             * @description Whose phones ring, in this order.
             * @default []
             */
            agent_ids: string[];
            /**
             * Amd
             * @description Hang up on answering machines.
             * @default false
             */
            amd: boolean;
            /**
             * From
             * @description One of the organization's own numbers.
             */
            from?: string | null;
            /** Lead Id */
            lead_id?: string | null;
            /**
             * Mode
             * @default agent-first
             * @enum {string}
             */
            mode: "agent-first" | "lead-first" | "direct";
            /**
             * Purpose
             * @description What it is about: laws differ on calls about debts.
             * @default sales
             * @enum {string}
             */
            purpose: "sales" | "debt";
            /**
             * Record
             * @description Record the conversation; null as the organization's settings say.
             */
            record?: boolean | null;
            /** @default in-turn */
            ringing: components["schemas"]["Ringing"];
            /**
             * Timeout Seconds
             * @description How long each phone rings; the callee's longer, where their law wants it.
             * @default 30
             */
            timeout_seconds: number;
            /**
             * To
             * @description Whom to call; a local number is read as the organization's country's.
             */
            to?: string | null;
            /**
             * Variables
             * @description Kept with the call, and shown with it.
             * @default {}
             */
            variables: {
                [key: string]: string;
            };
        };
        /**
         * NewCampaign
         * @description A dial campaign; it calls nobody before it is started.
         */
        NewCampaign: {
            /** @default progressive */
            mode: components["schemas"]["CampaignMode"];
            /** Name */
            name: string;
            /** Script Id */
            script_id?: string | null;
            /**
             * @default {
             *       "abandonment_limit": 0.03,
             *       "abandonment_window": "thirty-days",
             *       "attempts": 6,
             *       "caller_ids": [],
             *       "calls_per_second": 2,
             *       "concurrency": 50,
             *       "detect_machine": false,
             *       "dispositions": [],
             *       "hold_seconds": 2,
             *       "machine_error_share": 0.01,
             *       "purpose": "sales",
             *       "ratio": 1.5,
             *       "recycling": {},
             *       "ring_seconds": 25,
             *       "wrap_up_seconds": 60
             *     }
             */
            settings: components["schemas"]["CampaignSettings"];
        };
        /**
         * NewConsentIn
         * @description A decision a person told you: by phone, on paper, in an earlier system.
         */
        NewConsentIn: {
            /** Address */
            address: string;
            /** At */
            at?: string | null;
            channel: components["schemas"]["Channel"];
            decision: components["schemas"]["Decision"];
            /** Note */
            note?: string | null;
            purpose: components["schemas"]["Purpose"];
            /** Source */
            source: string;
            /** Text Id */
            text_id?: string | null;
        };
        /**
         * NewConsentTextIn
         * @description The words a person agrees to, for one purpose and channel in one language (BCP 47).
         */
        NewConsentTextIn: {
            channel: components["schemas"]["Channel"];
            /** Language */
            language: string;
            purpose: components["schemas"]["Purpose"];
            /** Text */
            text: string;
        };
        /**
         * NewDisposition
         * @description A way a conversation can end: what it means for the person called, and where the lead moves.
         */
        NewDisposition: {
            /**
             * Again After Seconds
             * @description For `again`: after how long.
             */
            again_after_seconds?: number | null;
            /**
             * Code
             * @example lunch
             */
            code: string;
            effect: components["schemas"]["Effect"];
            /**
             * Is Contact
             * @description Whether somebody was spoken with.
             * @default true
             */
            is_contact: boolean;
            /** Label */
            label: string;
            /**
             * Stage Kind
             * @description Move the lead to the first stage of this kind; null leaves it.
             */
            stage_kind?: ("open" | "won" | "lost") | null;
        };
        /**
         * NewDoNotCall
         * @description Numbers not to be called any more; a star at the end stands for every number that begins so.
         */
        NewDoNotCall: {
            /** Numbers */
            numbers: string[];
            /**
             * Reason
             * @default
             */
            reason: string;
        };
        /**
         * NewInvitationOut
         * @description A fresh invitation with the link to hand over, which is shown only now.
         */
        NewInvitationOut: {
            /** Accept Url */
            accept_url: string;
            /** Email */
            email: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            role: components["schemas"]["Role"];
        };
        /**
         * NewKeyIn
         * @description What a new API key is called and may do; without `expires_at` it works until it is ended.
         */
        NewKeyIn: {
            /** Expires At */
            expires_at?: string | null;
            /**
             * Name
             * @example Asha Rao
             */
            name: string;
            /** Scopes */
            scopes: ("leads:view" | "leads:edit" | "leads:import" | "leads:delete" | "pipeline:edit" | "sources:view" | "sources:edit" | "scoring:view" | "scoring:edit" | "calls:view" | "calls:place" | "calls:monitor" | "calls:edit" | "team:view" | "team:edit" | "operations:view" | "operations:edit" | "organization:edit" | "security:edit" | "keys:edit" | "audit:view" | "privacy:view" | "privacy:edit")[];
        };
        /**
         * NewKeyOut
         * @description A fresh API key with its secret, which is shown only now.
         */
        NewKeyOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Expires At */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Made By */
            made_by: string;
            /** Name */
            name: string;
            /** Prefix */
            prefix: string;
            /** Scopes */
            scopes: string[];
            /** Secret */
            secret: string;
            /** Used At */
            used_at: string | null;
        };
        /**
         * NewLeadIn
         * @description Somebody who got in touch; an email or a phone is needed to reach them.
         * @example {
         *       "company": "Rao Interiors",
         *       "email": "asha@example.com",
         *       "message": "We need 40 chairs by June. What would that cost?",
         *       "name": "Asha Rao",
         *       "phone": "+919876543210",
         *       "source": "Website chat"
         *     }
         */
        NewLeadIn: {
            /** Company */
            company?: string | null;
            /**
             * Country
             * @description ISO 3166-1 alpha-2, or an English name.
             */
            country?: string | null;
            /** Email */
            email?: string | null;
            /** Message */
            message?: string | null;
            /** Name */
            name?: string | null;
            /** Phone */
            phone?: string | null;
            /** Postal Code */
            postal_code?: string | null;
            /**
             * Region
             * @description State or province: its code or name.
             */
            region?: string | null;
            /** Source */
            source?: string | null;
            /**
             * Time Zone
             * @description IANA name; it decides when they may be called.
             */
            time_zone?: string | null;
            /** Title */
            title?: string | null;
        };
        /**
         * NewNote
         * @description A note.
         */
        NewNote: {
            /** Text */
            text: string;
        };
        /**
         * NewPauseCode
         * @description A reason to pause.
         */
        NewPauseCode: {
            /**
             * Code
             * @example lunch
             */
            code: string;
            /** Label */
            label: string;
        };
        /**
         * NewRequestIn
         * @description Whom a request is about: an email, a phone, or both when they are the same person's.
         */
        NewRequestIn: {
            /** Email */
            email?: string | null;
            kind: components["schemas"]["RequestKind"];
            /** Phone */
            phone?: string | null;
        };
        /**
         * NewScript
         * @description What an agent says; `{contact.name}`, `{contact.number}`, `{agent.name}`, `{campaign.name}` are filled in.
         */
        NewScript: {
            /** Name */
            name: string;
            /** Text */
            text: string;
        };
        /**
         * NewSourceIn
         * @description One more mail address or web form.
         */
        NewSourceIn: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "email" | "form";
            /** Name */
            name: string;
        };
        /**
         * NewSuppressionIn
         * @description An address to leave alone.
         */
        NewSuppressionIn: {
            /** Address */
            address: string;
            /**
             * Reason
             * @default manual
             * @enum {string}
             */
            reason: "objected" | "complained" | "bounced" | "manual";
        };
        /**
         * NewTask
         * @description Something to do about a lead.
         */
        NewTask: {
            /** Assignee Id */
            assignee_id?: string | null;
            /** Due At */
            due_at?: string | null;
            /** Title */
            title: string;
        };
        /**
         * OrganizationOut
         * @description An organization.
         */
        OrganizationOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * Outcome
         * @description How an attempt ended; the last four are of whole calls only.
         * @enum {string}
         */
        Outcome: "answered" | "busy" | "no-answer" | "invalid-number" | "rejected" | "congestion" | "failed" | "cancelled" | "lost" | "machine" | "abandoned" | "agent-unreached" | "agent-left";
        /**
         * OwnOrganizationOut
         * @description The organization one is signed in to, with what it demands itself, and what its plan demands.
         */
        OwnOrganizationOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Plan Requires Second Factor */
            plan_requires_second_factor: boolean;
            /** Requires Second Factor */
            requires_second_factor: boolean;
        };
        /**
         * PageMeta
         * @description How to get the next page; null on the last one.
         */
        PageMeta: {
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[AuditEntryOut] */
        Page_AuditEntryOut_: {
            /** Data */
            data: components["schemas"]["AuditEntryOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[CallOut] */
        Page_CallOut_: {
            /** Data */
            data: components["schemas"]["CallOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[ConsentOut] */
        Page_ConsentOut_: {
            /** Data */
            data: components["schemas"]["ConsentOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[DeadLetterOut] */
        Page_DeadLetterOut_: {
            /** Data */
            data: components["schemas"]["DeadLetterOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[DecisionOut] */
        Page_DecisionOut_: {
            /** Data */
            data: components["schemas"]["DecisionOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[DoNotCallOut] */
        Page_DoNotCallOut_: {
            /** Data */
            data: components["schemas"]["DoNotCallOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[ImportOut] */
        Page_ImportOut_: {
            /** Data */
            data: components["schemas"]["ImportOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[InboundOut] */
        Page_InboundOut_: {
            /** Data */
            data: components["schemas"]["InboundOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[LeadCard] */
        Page_LeadCard_: {
            /** Data */
            data: components["schemas"]["LeadCard"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[MessageOut] */
        Page_MessageOut_: {
            /** Data */
            data: components["schemas"]["MessageOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[PrivacyRequestOut] */
        Page_PrivacyRequestOut_: {
            /** Data */
            data: components["schemas"]["PrivacyRequestOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[TargetOut] */
        Page_TargetOut_: {
            /** Data */
            data: components["schemas"]["TargetOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /** Page[TimelineOut] */
        Page_TimelineOut_: {
            /** Data */
            data: components["schemas"]["TimelineOut"][];
            /**
             * Errors
             * @default []
             */
            errors: unknown[];
            meta: components["schemas"]["PageMeta"];
        };
        /**
         * PartOut
         * @description What one part of the product found or erased, by kind of row.
         */
        PartOut: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
        };
        /**
         * Party
         * @description Whom a leg reaches.
         * @enum {string}
         */
        Party: "agent" | "lead" | "supervisor" | "third";
        /**
         * PasskeyOut
         * @description A passkey, by the name its owner gave it.
         */
        PasskeyOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Used At */
            used_at: string | null;
        };
        /**
         * Pause
         * @description Why you pause; during a call the pause begins after it.
         */
        Pause: {
            /**
             * Code
             * @example lunch
             */
            code: string;
        };
        /**
         * PauseCodeOut
         * @description A reason to pause.
         */
        PauseCodeOut: {
            /** Code */
            code: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Label */
            label: string;
        };
        /**
         * PhoneOut
         * @description Where a member's phone rings.
         */
        PhoneOut: {
            /** Account */
            account: string | null;
            /**
             * Member Id
             * Format: uuid
             */
            member_id: string;
            /** Number */
            number: string | null;
        };
        /**
         * PlacedOut
         * @description A placed preview call.
         */
        PlacedOut: {
            /**
             * Call Id
             * Format: uuid
             */
            call_id: string;
        };
        /**
         * PlaySound
         * @description A sound everybody in the call hears.
         */
        PlaySound: {
            /**
             * Media
             * @example sound:hello-world
             */
            media: string;
        };
        /**
         * PreflightOut
         * @description Whom the campaign could call now, counted exactly: each waiting target is in one of these counts.
         */
        PreflightOut: {
            /** Bad Numbers */
            bad_numbers: number;
            /** Callable Now */
            callable_now: number;
            /** Called Too Often */
            called_too_often: number;
            /** Checked */
            checked: number;
            /** Closed Now */
            closed_now: number;
            /** Do Not Call */
            do_not_call: number;
            /**
             * Duplicates
             * @description Left out when the list was filled.
             */
            duplicates: number;
            /** Finished At */
            finished_at: string | null;
            /** No Consent */
            no_consent: number;
            /**
             * Opens At
             * @description When the first of those closed now may be called.
             */
            opens_at: string | null;
            /**
             * Places Known
             * @description Of those checked: whose contact, or table, says where they are.
             * @default 0
             */
            places_known: number;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            state: components["schemas"]["FillState"];
            /** Total */
            total: number;
        };
        /**
         * PreviewOut
         * @description Whom to call next, for an agent who decides; yours until `until_at`.
         */
        PreviewOut: {
            /** History */
            history: components["schemas"]["CallOut"][];
            /** Script */
            script: string | null;
            target: components["schemas"]["TargetOut"];
            /**
             * Until At
             * Format: date-time
             */
            until_at: string;
        };
        /**
         * PrivacyRequestOut
         * @description How far a request is; it names nobody.
         */
        PrivacyRequestOut: {
            /**
             * Due At
             * Format: date-time
             */
            due_at: string;
            /** Expires At */
            expires_at: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["RequestKind"];
            /** Parts */
            parts: {
                [key: string]: components["schemas"]["PartOut"];
            };
            /** Pass Number */
            pass_number: number;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /**
             * Requested By
             * Format: uuid
             */
            requested_by: string;
            status: components["schemas"]["RequestStatus"];
            /** Subject Hashes */
            subject_hashes: string[];
        };
        /**
         * ProblemDocument
         * @description Why a request was refused.
         */
        ProblemDocument: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Errors */
            errors: components["schemas"]["FieldError"][];
            /** Request Id */
            request_id: string;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /** Type */
            type: string;
        };
        /**
         * ProofOut
         * @description An access token that dangerous acts accept for ten minutes.
         */
        ProofOut: {
            /** Access Token */
            access_token: string;
            /** Expires In Seconds */
            expires_in_seconds: number;
        };
        /**
         * ProviderOut
         * @description An issuer people may sign in with: `name` for the button, `path` for its link.
         */
        ProviderOut: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Path */
            path: string;
        };
        /**
         * ProvidersOut
         * @description The issuers people may sign in with; `clerk` is Clerk's address where it is one of them.
         */
        ProvidersOut: {
            /** Clerk */
            clerk: string | null;
            /** Providers */
            providers: components["schemas"]["ProviderOut"][];
        };
        /**
         * Purpose
         * @description What somebody's data is used for.
         * @enum {string}
         */
        Purpose: "marketing" | "sales" | "profiling" | "advertising";
        /**
         * QualificationOut
         * @description What was read in a lead's deciding message; `start` and `end` count characters of that message's `text`.
         */
        QualificationOut: {
            band: components["schemas"]["Band"];
            /** Contributions */
            contributions: components["schemas"]["ContributionOut"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Draft Reply */
            draft_reply: string | null;
            /** Fields */
            fields: components["schemas"]["FieldOut"][];
            /** Flags */
            flags: string[];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Ideal Customer Version */
            ideal_customer_version: number;
            intent: components["schemas"]["Intent"];
            /** Intent Probability */
            intent_probability: number;
            /** Language */
            language: string;
            /**
             * Message Id
             * Format: uuid
             */
            message_id: string;
            /** Next Step */
            next_step: string;
            /** Not Enough To Say */
            not_enough_to_say: boolean;
            /** Probability */
            probability: number | null;
            /** Reader */
            reader: string;
            /** Reader Version */
            reader_version: string;
            /** Score */
            score: number | null;
        };
        /**
         * ReasonOut
         * @description One reason for the score; points are signed.
         */
        ReasonOut: {
            /** Label */
            label: string;
            /** Points */
            points: number;
        };
        /**
         * RecordingLinkOut
         * @description An address that plays a recording without an access token; give it to nobody.
         */
        RecordingLinkOut: {
            /** Expires In Seconds */
            expires_in_seconds: number;
            /** Url */
            url: string;
        };
        /**
         * RecordingNote
         * @description Why a call that was to be recorded is not: the law wants an announcement, and the organization has none.
         * @enum {string}
         */
        RecordingNote: "announcement-missing";
        /**
         * RecordingOut
         * @description What was recorded of a call; it can be played once it is `stored`.
         */
        RecordingOut: {
            /** Seconds */
            seconds: number | null;
            state: components["schemas"]["RecordingState"];
        };
        /**
         * RecordingState
         * @description Where what was recorded is; `awaited`: the call is over and Asterisk does not have the file, or not yet.
         * @enum {string}
         */
        RecordingState: "recording" | "awaited" | "stored" | "missing" | "failed" | "deleted";
        /**
         * RecoveryCodesOut
         * @description Fresh recovery codes, shown only now.
         */
        RecoveryCodesOut: {
            /** Codes */
            codes: string[];
        };
        /**
         * RecyclingRule
         * @description What happens to a target after an outcome; no attempts: it is done with.
         */
        RecyclingRule: {
            /**
             * Again After Seconds
             * @default 3600
             */
            again_after_seconds: number;
            /**
             * Attempts
             * @description How often this outcome may be tried again, in all.
             * @default 3
             */
            attempts: number;
            /**
             * Other Number
             * @description Try the person's next number, if there is one.
             * @default false
             */
            other_number: boolean;
            /**
             * Other Time Of Day
             * @description Wait for another part of the day.
             * @default false
             */
            other_time_of_day: boolean;
        };
        /**
         * RemovedOut
         * @description How many entries were taken off the list.
         */
        RemovedOut: {
            /** Removed */
            removed: number;
        };
        /**
         * ReplayedOut
         * @description The job that runs again.
         */
        ReplayedOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
        };
        /**
         * RequestKind
         * @description What a person asks for.
         * @enum {string}
         */
        RequestKind: "export" | "erasure";
        /**
         * RequestStatus
         * @description How far a request is.
         * @enum {string}
         */
        RequestStatus: "running" | "done" | "failed";
        /**
         * ResetPassword
         * @description The token of a mailed link and the password to have from now on.
         */
        ResetPassword: {
            /**
             * Password
             * @example seven green tractors
             */
            password: string;
            /** Token */
            token: string;
        };
        /**
         * RetentionRuleOut
         * @description How many days a kind of data is kept.
         */
        RetentionRuleOut: {
            /** Changed At */
            changed_at: string | null;
            /** Default Days */
            default_days: number;
            /** Keep Days */
            keep_days: number;
            kind: components["schemas"]["DataKind"];
            /** Most Days */
            most_days: number;
        };
        /**
         * Ringing
         * @description How several agents are rung: in turn, or all until one answers.
         * @enum {string}
         */
        Ringing: "in-turn" | "at-once";
        /**
         * Role
         * @description What a member is in an organization.
         * @enum {string}
         */
        Role: "owner" | "admin" | "manager" | "agent" | "marketer" | "viewer";
        /**
         * RoleOut
         * @description A role and everything it may do.
         */
        RoleOut: {
            /** Permissions */
            permissions: string[];
            role: components["schemas"]["Role"];
        };
        /**
         * ScriptOut
         * @description What an agent says, with placeholders.
         */
        ScriptOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /** Text */
            text: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * SendDigits
         * @description Keys to press towards the lead.
         */
        SendDigits: {
            /** Digits */
            digits: string;
        };
        /**
         * SessionOut
         * @description A sign-in on one device.
         */
        SessionOut: {
            /** Address */
            address: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Is Current */
            is_current: boolean;
            /** Methods */
            methods: string[];
            /** Organization Name */
            organization_name: string;
            /**
             * Used At
             * Format: date-time
             */
            used_at: string;
            /** User Agent */
            user_agent: string;
        };
        /**
         * SignInByLink
         * @description The token of a one-time link, and what the person wants to be known by from now on.
         */
        SignInByLink: {
            /** Email */
            email?: string | null;
            /** Name */
            name?: string | null;
            /** Organization Name */
            organization_name?: string | null;
            /** Password */
            password?: string | null;
            /** Token */
            token: string;
        };
        /**
         * SignUp
         * @description A new organization and its first owner.
         */
        SignUp: {
            /**
             * Email
             * @example asha@example.com
             */
            email: string;
            /**
             * Name
             * @example Asha Rao
             */
            name: string;
            /**
             * Organization Name
             * @example Rao Interiors
             */
            organization_name: string;
            /**
             * Password
             * @example seven green tractors
             */
            password: string;
        };
        /**
         * SignedInOut
         * @description A fresh access token and whom it speaks for; the refresh token is in a cookie.
         */
        SignedInOut: {
            /** Access Token */
            access_token: string;
            /** Expires In Seconds */
            expires_in_seconds: number;
            member: components["schemas"]["MemberOut"];
            organization: components["schemas"]["OrganizationOut"];
            /** Restricted */
            restricted: boolean;
        };
        /**
         * Skip
         * @description Why this person is not called.
         */
        Skip: {
            /** Reason */
            reason: string;
        };
        /**
         * SourceKind
         * @description How messages of a source arrive.
         * @enum {string}
         */
        SourceKind: "email" | "form" | "api" | "csv";
        /**
         * SourceOut
         * @description An address or form that takes leads, and how to reach it.
         */
        SourceOut: {
            /** Active */
            active: boolean;
            /** Address */
            address: string | null;
            /** Form Url */
            form_url: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["SourceKind"];
            /** Name */
            name: string;
            /** Snippet */
            snippet: string | null;
        };
        /**
         * SpokenScriptOut
         * @description A call's script, filled in; null where its campaign has none.
         */
        SpokenScriptOut: {
            /** Text */
            text: string | null;
        };
        /**
         * StageOut
         * @description A column of the board; counting stops at 10,000.
         */
        StageOut: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "open" | "won" | "lost";
            /** Lead Count */
            lead_count: number;
            /** Name */
            name: string;
            /** Position */
            position: number;
        };
        /**
         * StartImportIn
         * @description What each column means; columns left out are ignored.
         */
        StartImportIn: {
            /**
             * Mapping
             * @example {
             *       "E-mail": "email",
             *       "Full name": "name",
             *       "Notes": "message"
             *     }
             */
            mapping: {
                [key: string]: components["schemas"]["ColumnField"];
            };
        };
        /**
         * SuppressedOut
         * @description Whether an address is on the list.
         */
        SuppressedOut: {
            /** Reasons */
            reasons: components["schemas"]["SuppressionOut"][];
            /** Suppressed */
            suppressed: boolean;
        };
        /**
         * SuppressionCountOut
         * @description How many addresses are on the list.
         */
        SuppressionCountOut: {
            address_kind: components["schemas"]["AddressKind"];
            /** Count */
            count: number;
            reason: components["schemas"]["SuppressionReason"];
        };
        /**
         * SuppressionOut
         * @description Why an address is on the list, and since when.
         */
        SuppressionOut: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            reason: components["schemas"]["SuppressionReason"];
        };
        /**
         * SuppressionReason
         * @description Why an address may not be used.
         * @enum {string}
         */
        SuppressionReason: "erased" | "objected" | "complained" | "bounced" | "manual";
        /**
         * TableFill
         * @description A CSV table with a header; its columns for number, further numbers and name are found, or named here.
         *
         *     Columns `time zone`, `country`, `state` and `postal code` say where people are whose contact does not. Columns
         *     `consent_source` (where their consent to be called about an offer is kept) and `consented_at` (an ISO 8601 date or
         *     time) record that consent for the row's numbers; `consent_text` may say to which words. Without both none is.
         */
        TableFill: {
            /** Name Column */
            name_column?: string | null;
            /** Number Column */
            number_column?: string | null;
            /**
             * Other Number Columns
             * @default []
             */
            other_number_columns: string[];
            /**
             * Text
             * @description The table itself.
             */
            text: string;
        };
        /**
         * TargetOut
         * @description Somebody on a campaign's list.
         */
        TargetOut: {
            /** Attempts */
            attempts: number;
            /** Callback At */
            callback_at: string | null;
            /** Callback Member Id */
            callback_member_id: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Last Outcome */
            last_outcome: string | null;
            /** Lead Id */
            lead_id: string | null;
            /** Name */
            name: string | null;
            /** Next At */
            next_at: string | null;
            /** Number */
            number: string;
            /** Priority */
            priority: number;
            /**
             * Reason
             * @description Why they are not called now, or not any more.
             */
            reason: string | null;
            state: components["schemas"]["TargetState"];
        };
        /**
         * TargetState
         * @description Where somebody on a campaign's list stands; `leased` is shown to an agent who decides.
         * @enum {string}
         */
        TargetState: "waiting" | "leased" | "calling" | "callback" | "done";
        /**
         * TaskOut
         * @description A task.
         */
        TaskOut: {
            /** Assignee Id */
            assignee_id: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Done At */
            done_at: string | null;
            /** Due At */
            due_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Lead Id
             * Format: uuid
             */
            lead_id: string;
            /** Title */
            title: string;
        };
        /**
         * TimelineOut
         * @description One entry of a lead's history.
         */
        TimelineOut: {
            /** Actor Id */
            actor_id: string | null;
            /** Actor Name */
            actor_name: string | null;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Body */
            body: {
                [key: string]: unknown;
            };
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Kind */
            kind: string;
        };
        /**
         * TotpSetUpOut
         * @description What an authenticator app needs: the secret as text, as otpauth URI, as an SVG picture to scan.
         */
        TotpSetUpOut: {
            /** Picture */
            picture: string;
            /** Secret */
            secret: string;
            /** Uri */
            uri: string;
        };
        /**
         * Transfer
         * @description How a lead is handed on: the agent leaves when the other answers, or speaks with them first.
         * @enum {string}
         */
        Transfer: "blind" | "attended";
        /**
         * TransferCall
         * @description Whom to hand the lead to: a colleague, or a number.
         */
        TransferCall: {
            /** @default blind */
            kind: components["schemas"]["Transfer"];
            /** Member Id */
            member_id?: string | null;
            /** To */
            to?: string | null;
        };
        /**
         * UnsubscribedOut
         * @description You will get no more of these messages.
         */
        UnsubscribedOut: {
            /**
             * Unsubscribed
             * @constant
             */
            unsubscribed: true;
        };
        /**
         * UploadOut
         * @description A table just uploaded: its first rows, and our guess what its columns mean.
         */
        UploadOut: {
            /** Columns */
            columns: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created Count */
            created_count: number;
            /** Done Count */
            done_count: number;
            /** Error */
            error: string | null;
            /** File Name */
            file_name: string;
            /** Finished At */
            finished_at: string | null;
            /** Guess */
            guess: {
                [key: string]: components["schemas"]["ColumnField"];
            };
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Joined Count */
            joined_count: number;
            /** Mapping */
            mapping: {
                [key: string]: components["schemas"]["ColumnField"];
            };
            /** Refused Count */
            refused_count: number;
            /** Row Count */
            row_count: number;
            /** Sample */
            sample: string[][];
            state: components["schemas"]["ImportState"];
        };
        /**
         * UseToken
         * @description The token of a mailed link.
         */
        UseToken: {
            /** Token */
            token: string;
        };
        /**
         * Verdict
         * @description What answering-machine detection heard; `notsure` counts as human.
         * @enum {string}
         */
        Verdict: "human" | "machine" | "notsure";
        /**
         * SignIn
         * @description The campaign whose calls you take; your phone rings once and stays connected.
         */
        metacortex__contexts__calls__schemas__agents__SignIn: {
            /**
             * Campaign Id
             * Format: uuid
             */
            campaign_id: string;
        };
        /**
         * SignIn
         * @description An e-mail address and its password; the organization matters only to members of several.
         */
        metacortex__contexts__identity__schemas__sign_in__SignIn: {
            /**
             * Email
             * @example asha@example.com
             */
            email: string;
            /** Organization Id */
            organization_id?: string | null;
            /**
             * Password
             * @example seven green tractors
             */
            password: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
