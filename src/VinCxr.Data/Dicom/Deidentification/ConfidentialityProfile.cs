using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Dicom.Deidentification;

/// <summary>Action codes of PS3.15 Table E.1-1 that the profile uses.</summary>
internal enum ConfidentialityAction
{
    /// <summary>X: the attribute is removed.</summary>
    Remove,

    /// <summary>Z: the attribute stays, with no value.</summary>
    Empty,

    /// <summary>D: the attribute stays, with a value that means nothing.</summary>
    Dummy,
}

/// <summary>
/// The attributes of the Basic Application Level Confidentiality Profile (PS3.15 Table E.1-1) that hold a person's or an institution's name, an id,
/// an address, a birth date, an order number, or remarks about a person, with their action. Where the table leaves the choice to the type of the
/// attribute (X/Z, X/Z/D), it is removed: these are type 3 in the radiograph IODs. So is the code that names a person (D), as no code means nothing.
/// Private attributes, whose content nobody knows, are removed too. Kept, as the profile's options for patient characteristics, device identity,
/// UIDs and full dates allow: sex, age, size, weight, device, UIDs, dates of the study, and descriptions of study and series.
/// </summary>
internal static class ConfidentialityProfile
{
    /// <summary>Changes whenever the same file would be rewritten to other bytes.</summary>
    public const string Version = "basic-1";

    /// <summary>Value of DeidentificationMethod (0012,0063); LO, at most 64 characters.</summary>
    public const string Method = "PS3.15 basic profile for names, ids, places; UIDs, dates kept";

    /// <summary>The value that means nothing; text of even length, valid for PN, LO, SH and ST.</summary>
    public static ReadOnlySpan<byte> DummyText => "REMOVED "u8;

    private static readonly Dictionary<DicomTag, ProfiledAttribute> Known = Entries
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(
            part => new DicomTag(Convert.ToUInt16(part[0][..4], 16), Convert.ToUInt16(part[0][4..], 16)),
            part => new ProfiledAttribute(part[2], part[1] switch
            {
                "Z" => ConfidentialityAction.Empty,
                "D" => ConfidentialityAction.Dummy,
                _ => ConfidentialityAction.Remove,
            }));

    /// <returns>Null for attributes that the profile leaves alone.</returns>
    public static ProfiledAttribute? Find(DicomTag tag) => Known.GetValueOrDefault(tag);

    private const string Entries = """
        00080050 Z AccessionNumber
        00080080 X InstitutionName
        00080081 X InstitutionAddress
        00080082 X InstitutionCodeSequence
        00080090 Z ReferringPhysicianName
        00080092 X ReferringPhysicianAddress
        00080094 X ReferringPhysicianTelephoneNumbers
        00080096 X ReferringPhysicianIdentificationSequence
        0008009C Z ConsultingPhysicianName
        0008009D X ConsultingPhysicianIdentificationSequence
        00081040 X InstitutionalDepartmentName
        00081041 X InstitutionalDepartmentTypeCodeSequence
        00081048 X PhysiciansOfRecord
        00081049 X PhysiciansOfRecordIdentificationSequence
        00081050 X PerformingPhysicianName
        00081052 X PerformingPhysicianIdentificationSequence
        00081060 X NameOfPhysiciansReadingStudy
        00081062 X PhysiciansReadingStudyIdentificationSequence
        00081070 X OperatorsName
        00081072 X OperatorIdentificationSequence
        00084000 X IdentifyingComments
        00100010 Z PatientName
        00100020 Z PatientID
        00100021 X IssuerOfPatientID
        00100030 Z PatientBirthDate
        00100032 X PatientBirthTime
        00100050 X PatientInsurancePlanCodeSequence
        00101000 X OtherPatientIDs
        00101001 X OtherPatientNames
        00101002 X OtherPatientIDsSequence
        00101005 X PatientBirthName
        00101040 X PatientAddress
        00101050 X InsurancePlanIdentification
        00101060 X PatientMotherBirthName
        00101080 X MilitaryRank
        00101081 X BranchOfService
        00101090 X MedicalRecordLocator
        00101100 X ReferencedPatientPhotoSequence
        00102150 X CountryOfResidence
        00102152 X RegionOfResidence
        00102154 X PatientTelephoneNumbers
        00102155 X PatientTelecomInformation
        00102180 X Occupation
        001021B0 X AdditionalPatientHistory
        001021F0 X PatientReligiousPreference
        00102297 X ResponsiblePerson
        00102299 X ResponsibleOrganization
        00104000 X PatientComments
        00200010 Z StudyID
        00204000 X ImageComments
        00321032 X RequestingPhysician
        00321033 X RequestingService
        00380004 X ReferencedPatientAliasSequence
        00380010 X AdmissionID
        00380011 X IssuerOfAdmissionID
        00380014 X IssuerOfAdmissionIDSequence
        0038001E X ScheduledPatientInstitutionResidence
        00380060 X ServiceEpisodeID
        00380300 X CurrentPatientLocation
        00380400 X PatientInstitutionResidence
        00384000 X VisitComments
        00400006 X ScheduledPerformingPhysicianName
        0040000B X ScheduledPerformingPhysicianIdentificationSequence
        00400243 X PerformedLocation
        00400253 X PerformedProcedureStepID
        00401001 X RequestedProcedureID
        00401005 X RequestedProcedureLocation
        00401010 X NamesOfIntendedRecipientsOfResults
        00401011 X IntendedRecipientsOfResultsIdentificationSequence
        00401101 X PersonIdentificationCodeSequence
        00401102 X PersonAddress
        00401103 X PersonTelephoneNumbers
        00401104 X PersonTelecomInformation
        00402008 X OrderEnteredBy
        00402009 X OrderEntererLocation
        00402010 X OrderCallbackPhoneNumber
        00402011 X OrderCallbackTelecomInformation
        00402016 Z PlacerOrderNumberImagingServiceRequest
        00402017 Z FillerOrderNumberImagingServiceRequest
        00404036 X HumanPerformerOrganization
        00404037 X HumanPerformerName
        0040A027 D VerifyingOrganization
        0040A075 D VerifyingObserverName
        0040A123 D PersonName
        40080042 X ResultsIDIssuer
        40080102 X InterpretationRecorder
        4008010A X InterpretationTranscriber
        4008010C X InterpretationAuthor
        40080114 X PhysicianApprovingInterpretation
        40080119 X DistributionName
        4008011A X DistributionAddress
        FFFAFFFA X DigitalSignaturesSequence
        FFFCFFFC X DataSetTrailingPadding
        """;
}

/// <param name="Keyword">PS3.6 keyword.</param>
internal sealed record ProfiledAttribute(string Keyword, ConfidentialityAction Action);
