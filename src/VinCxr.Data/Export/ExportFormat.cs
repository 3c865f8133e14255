namespace VinCxr.Data.Export;

/// <summary>Layouts that other tools read.</summary>
public enum ExportFormat
{
    /// <summary>Images, one text file of boxes per image (<c>class cx cy w h</c>, shares of the image), lists of images, data.yaml.</summary>
    Yolo,

    /// <summary>Images and COCO instances JSON (<c>x y w h</c> in pixels).</summary>
    Coco,

    /// <summary>Images and a train.csv like the source's, boxes in pixels of the exported images.</summary>
    Png,
}
