using MudBlazor;

namespace VinCxr.Server.Dashboard.Theme;

/// <summary>Colours and type of the pages. Text has a contrast of at least 4.5 on its ground in both themes (WCAG 2.2, 1.4.3).</summary>
internal static class DashboardTheme
{
    /// <summary>Fonts that are on the machine: pages load nothing from elsewhere.</summary>
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"];

    public static MudTheme Value { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b5cad",
            Secondary = "#6b3fa0",
            Info = "#0b6e8f",
            Success = "#1b6e33",
            Warning = "#8f5200",
            Error = "#b3261e",
            AppbarBackground = "#0f2c4a",
            AppbarText = "#ffffff",
            Background = "#f5f7fa",
            Surface = "#ffffff",
            DrawerBackground = "#ffffff",
            DrawerText = "#23303d",
            DrawerIcon = "#4a5a6a",
            TextPrimary = "#17212b",
            TextSecondary = "#4a5a6a",
            ActionDefault = "#4a5a6a",
            LinesDefault = "#d5dce4",
            TableLines = "#e2e8ee",
            Divider = "#d5dce4",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7cb8ff",
            PrimaryContrastText = "#06203c",
            Secondary = "#cbb2f5",
            SecondaryContrastText = "#26104a",
            Info = "#6fcbe8",
            InfoContrastText = "#04242f",
            Success = "#7fd69a",
            SuccessContrastText = "#062611",
            Warning = "#f2b866",
            WarningContrastText = "#2e1a00",
            Error = "#ff9a91",
            ErrorContrastText = "#3b0906",
            AppbarBackground = "#0b1a2a",
            AppbarText = "#e8eef5",
            Background = "#10161d",
            Surface = "#182029",
            DrawerBackground = "#141c24",
            DrawerText = "#dbe4ed",
            DrawerIcon = "#a9b7c6",
            TextPrimary = "#e8eef5",
            TextSecondary = "#a9b7c6",
            ActionDefault = "#a9b7c6",
            LinesDefault = "#2f3b48",
            TableLines = "#273340",
            Divider = "#2f3b48",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", DrawerWidthLeft = "220px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts },
            H1 = new H1Typography { FontFamily = Fonts, FontSize = "1.6rem", FontWeight = "600", LineHeight = "1.25", LetterSpacing = "normal" },
            H2 = new H2Typography { FontFamily = Fonts, FontSize = "1.15rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "600", LetterSpacing = "normal" },
        },
    };
}
